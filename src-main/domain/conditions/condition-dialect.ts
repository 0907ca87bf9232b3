// What a target condition may say, of devices and of modules: a strict subset of a query (conditions.md).
import { logicOperators, longestExpression, type Dialect } from './expression-dialect.ts';
import { field, findPath, findRoot, section, type Root } from './expression-path.ts';
import type { Word } from './expression-tokens.ts';

const deviceRoots: readonly Root[] = [
  field('deviceId'),
  section(['tags'], 'tags', { asWhole: false }),
  section(['properties', 'reported'], 'reported', { asWhole: false }),
];
const moduleRoots: readonly Root[] = [field('moduleId'), ...deviceRoots];

export const conditionDialect = dialectOf({
  noun: 'condition',
  roots: deviceRoots,
  readable: 'deviceId, tags and properties.reported',
  absent: 'the condition is missing: write one, or * for every device.',
  star: '* stands alone and matches every device: remove it, or all the rest.',
});

/** What stands after `from devices.modules where`; tags and reported properties are those of the module. */
export const moduleConditionDialect = dialectOf({
  noun: 'module condition',
  roots: moduleRoots,
  readable: 'deviceId, moduleId, tags and properties.reported',
  absent: "the module condition is missing: write one, as in moduleId = 'camera'.",
  star: "* is not allowed for modules: name what to match, as in moduleId = 'camera'.",
});

interface Particulars extends Pick<Dialect, 'noun' | 'absent' | 'star'> {
  readonly roots: readonly Root[];
  readonly readable: string;
}

function dialectOf({ noun, roots, readable, absent, star }: Particulars): Dialect {
  return {
    ...logicOperators,
    noun,
    code: 'deployment.condition',
    maxLength: longestExpression,
    shorten: 'tag the devices and match the tag',
    lexis: { hasEscapes: false, hasArithmetic: false, hasHex: false, hasComments: false },
    functions: {
      IS_DEFINED: 'is-defined',
      STARTSWITH: 'text-test',
      ENDSWITH: 'text-test',
      CONTAINS: 'text-test',
    },
    textTestsTake: 'path',
    reserved: [],
    pathOf: (segments) => findPath(roots, segments),
    pathRefusal(word, isCompared) {
      const notThis = `a ${noun} reads only ${readable}, not ${word.source}`;
      return (
        findRoot(roots, word.segments)?.refusal(word.source, notThis) ??
        `${notThis}: ${otherMend(word, isCompared, star)}.`
      );
    },
    absent,
    star,
  };
}

/** What a path probably meant that no condition can read. */
function otherMend({ source }: Word, isCompared: boolean, star: string | null): string {
  const desired = /^properties\.desired(?=\.)/i.exec(source);
  if (desired !== null) return `use properties.reported${source.slice(desired[0].length)}`;
  const [, key] = nearTags.exec(source) ?? [];
  if (key !== undefined) return `write tags.${key}`;
  const [, report] = nearReported.exec(source) ?? [];
  if (report !== undefined) return `write properties.reported.${report}`;
  if (isCompared) return `put it below tags, as in tags.${source}`;
  return everyone.test(source) && star?.startsWith('* stands alone') === true
    ? 'write * for every device'
    : 'name one of them';
}

// What people write from memory, or bring along from other tools.
const nearTags = /^(?:(?:twin|device|devices)\.tags?|tag|tgas|labels?)\.(.+)$/is;
const nearReported = /^(?:(?:twin|device|devices)\.)?(?:propert(?:y|ies)\.)?reported?\.(.+)$/is;
const everyone = /^(?:all|any|every|everything|alldevices|true)$/i;
