// What an expression in a twin query may say: identity, twin and deployment statuses, with arithmetic (iot-hub.md 1.2).
import { arithmeticOperators, longestExpression, type Dialect } from './expression-dialect.ts';
import { field, findPath, findRoot, section, type Root } from './expression-path.ts';

const identityFields = [
  'deviceId',
  'moduleId',
  'etag',
  'version',
  'deviceEtag',
  'status',
  'statusReason',
  'statusUpdateTime',
  'connectionState',
  'connectionStateUpdatedTime',
  'lastActivityTime',
  'cloudToDeviceMessageCount',
  'authenticationType',
  'modelId',
  'deviceScope',
  'parentScopes',
] as const;

const roots: readonly Root[] = [
  ...identityFields.map(field),
  // IoT Hub's documents use both names for the one field.
  { ...field('statusUpdateTime'), spelling: ['statusUpdatedTime'] },
  section(['tags'], 'tags', { asWhole: true }),
  section(['properties', 'desired'], 'desired', { asWhole: true }),
  section(['properties', 'reported'], 'reported', { asWhole: true }),
  {
    spelling: ['capabilities', 'iotEdge'],
    root: 'capabilities',
    below: (rest) => (rest.length === 0 ? ['iotEdge'] : undefined),
    refusal: (_source, notThis) => `${notThis}: write capabilities.iotEdge.`,
  },
  {
    spelling: ['configurations'],
    root: 'configurations',
    below: (rest) => (rest.length === 2 && (rest[1] === 'status' || rest[1] === 'id') ? rest : undefined),
    refusal: (_source, notThis) => `${notThis}: write configurations.[[id]].status or configurations.[[id]].id.`,
  },
];

export const queryDialect: Dialect = {
  ...arithmeticOperators,
  noun: 'query',
  code: 'query.invalid',
  maxLength: longestExpression,
  shorten: 'ask for less at a time',
  lexis: { hasEscapes: true, hasArithmetic: true, hasHex: true, hasComments: true },
  functions: {
    IS_DEFINED: 'is-defined',
    STARTSWITH: 'text-test',
    ENDSWITH: 'text-test',
    CONTAINS: 'text-test',
    ARRAY_CONTAINS: 'array-contains',
  },
  textTestsTake: 'expression',
  reserved: ['UNDEFINED', 'SELECT', 'TOP', 'AS', 'FROM', 'WHERE', 'GROUP', 'BY'],
  pathOf: (segments) => findPath(roots, withoutCollection(segments)),
  pathRefusal({ source, segments }) {
    const notThis = `a query reads deviceId, status, tags, properties.desired, properties.reported and the like, not ${source}`;
    const root = findRoot(roots, withoutCollection(segments));
    return root?.refusal(source, notThis) ?? `${notThis}: name one of them, or put text into quotes.`;
  },
  absent: "the expression is missing: write one, as in tags.site = 'north'.",
  star: null,
};

/** `devices.` or `devices.modules.` before a path says where it is read, which FROM says too. */
function withoutCollection(segments: readonly string[]): readonly string[] {
  if (segments[0]?.toLowerCase() !== 'devices') return segments;
  return segments.slice(segments[1]?.toLowerCase() === 'modules' ? 2 : 1);
}
