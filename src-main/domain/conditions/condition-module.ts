// The target condition of an automatic module configuration: which modules of which devices it is for (iot-hub.md 1.1).
import type { ModuleId } from '#base/ids.ts';
import { failure, success, type Result } from '#base/result.ts';
import type { ConditionSubject } from '#domain/values/twin.ts';
import { moduleConditionDialect } from './condition-dialect.ts';
import { conditionOf, readDevice, type Condition } from './condition.ts';
import type { ExpressionPath } from './expression-ast.ts';
import type { Reader } from './expression-compile.ts';
import { parseExpression } from './expression-parse.ts';

/** A module as its condition reads it: tags and reported properties are those of the module's own twin. */
export interface ModuleSubject extends ConditionSubject {
  readonly moduleId: ModuleId;
}

const prefix = /^\s*from\s+devices\.modules\s+where(?![A-Za-z0-9_$.-])/i;

/** Whether a text is meant as a condition of modules: it begins as one does. `FROM devices.modules WHERE` → true. */
export function startsModuleCondition(text: string): boolean {
  return /^\s*from\s/i.test(text);
}

/**
 * A module condition ready to be matched, or every reason why it is none; offsets count from the start of the text.
 * `FROM devices.modules WHERE moduleId = 'camera' AND tags.ring = 1`; nothing (or blanks) is no module, `*` is refused.
 */
export function parseModuleCondition(text: string): Result<Condition<ModuleSubject>> {
  const { maxLength, code } = moduleConditionDialect;
  const isTooLong = text.length > maxLength;
  const bare = isTooLong ? text : text.trim();
  if (bare === '') return success(conditionOf({ text, expression: null, readerOf: readModule }));
  const opening = prefix.exec(text)?.[0] ?? '';
  if (opening === '' && !isTooLong) return failure([{ code, message: openingMissing(bare), at: 0 }]);
  // Blanks instead of the opening keep every offset true.
  const parsed = parseExpression(blankOut(text, opening), moduleConditionDialect);
  if (!parsed.ok) return parsed;
  return success(conditionOf({ text, opening, expression: parsed.value, readerOf: readModule }));
}

/** A text with blanks instead of its beginning: what follows stands where it stood. */
export function blankOut(text: string, opening: string): string {
  return ' '.repeat(opening.length) + text.slice(opening.length);
}

function openingMissing(bare: string): string {
  return bare === '*'
    ? '* is not allowed for modules: write from devices.modules where, and a condition behind it.'
    : 'the condition of a module configuration starts with from devices.modules where: put that before it.';
}

/** How a module condition reads a module. */
function readModule(path: ExpressionPath): Reader<ModuleSubject> {
  return path.root === 'moduleId' ? ({ moduleId }) => moduleId : readDevice(path);
}
