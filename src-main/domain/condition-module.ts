// The target condition of an automatic module configuration: which modules of which devices it is for (iot-hub.md 1.1).
import type { ModuleId } from '#base/ids.ts';
import { failure, success, type Result } from '#base/result.ts';
import { moduleConditionDialect } from './condition-dialect.ts';
import { conditionOf, nobody, readDevice, type Condition } from './condition.ts';
import type { ExpressionPath } from './expression-ast.ts';
import type { Reader } from './expression-compile.ts';
import { parseExpression } from './expression-parse.ts';
import type { ConditionSubject } from './twin.ts';

/** A module as its condition reads it: tags and reported properties are those of the module's own twin. */
export interface ModuleSubject extends ConditionSubject {
  readonly moduleId: ModuleId;
}

const prefix = /^\s*from\s+devices\.modules\s+where(?![A-Za-z0-9_$.-])/i;

/**
 * A module condition ready to be matched, or every reason why it is none; offsets count from the start of the text.
 * `FROM devices.modules WHERE moduleId = 'camera' AND tags.ring = 1`; nothing (or blanks) is no module, `*` is refused.
 */
export function parseModuleCondition(text: string): Result<Condition<ModuleSubject>> {
  const { maxLength, code } = moduleConditionDialect;
  if (text.length <= maxLength && text.trim() === '') return success(nobody(text));
  const opening = text.length > maxLength ? text.slice(0, maxLength) : (prefix.exec(text)?.[0] ?? '');
  if (opening === '') {
    const mend =
      text.trim() === '*'
        ? '* is not allowed for modules: write from devices.modules where, and a condition behind it.'
        : 'the condition of a module configuration starts with from devices.modules where: put that before it.';
    return failure([{ code, message: mend, at: 0 }]);
  }
  // Blanks instead of the opening keep every offset true.
  const parsed = parseExpression(' '.repeat(opening.length) + text.slice(opening.length), moduleConditionDialect);
  return parsed.ok ? success(conditionOf(text, parsed.value, readModule)) : parsed;
}

/** How a module condition reads a module. */
function readModule(path: ExpressionPath): Reader<ModuleSubject> {
  return path.root === 'moduleId' ? ({ moduleId }) => moduleId : readDevice(path);
}
