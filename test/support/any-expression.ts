// Random expressions, as trees: everything a dialect can say, awkward keys and numbers included.
import * as fc from 'fast-check';
import type { Expression, ExpressionPath, LiteralValue } from '#domain/conditions/expression-ast.ts';

const key = fc.oneof(
  fc.constantFrom(
    'a',
    'b',
    'site',
    'a-b',
    '$version',
    '9',
    '9a',
    'a b',
    '[x',
    ']',
    'AND',
    '__proto__',
    'größe',
    "it's",
    '"',
  ),
  fc
    .string({ minLength: 1, maxLength: 6, unit: 'grapheme' })
    .filter((text) => !/\]\](?!\]*$)/.test(text) && fits(text)),
);
const keys = fc.array(key, { minLength: 1, maxLength: 3 });
const text = fc.oneof(
  fc.constantFrom('', "'", "''", "it's", '\\', "\\'", '"', '/* x */', '\n', 'null'),
  fc.string({ maxLength: 8, unit: 'grapheme' }).filter(fits),
);

/** What text of an expression may hold: no half characters. */
function fits(each: string): boolean {
  return each.isWellFormed();
}

const number = fc.oneof(
  fc.constantFrom(
    0,
    -0,
    1,
    -1,
    0.5,
    -2.5,
    1e21,
    -1e21,
    1e-7,
    5e-324,
    2 ** 53,
    -(2 ** 53),
    2 ** 63,
    1e20 + 2 ** 20,
    Number.MAX_VALUE,
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
);
const value: fc.Arbitrary<LiteralValue> = fc.oneof(text, number, fc.boolean(), fc.constant(null));
const literal = value.map((each): Expression => ({ kind: 'literal', value: each }));

const conditionPath: fc.Arbitrary<ExpressionPath> = fc.oneof(
  fc.constant({ root: 'deviceId', segments: [] }),
  keys.map((segments) => ({ root: 'tags', segments })),
  keys.map((segments) => ({ root: 'reported', segments })),
);
const queryPath: fc.Arbitrary<ExpressionPath> = fc.oneof(
  conditionPath,
  fc
    .constantFrom('moduleId', 'etag', 'statusUpdateTime', 'tags', 'desired', 'reported', 'parentScopes')
    .map((root) => ({
      root,
      segments: [],
    })),
  keys.map((segments) => ({ root: 'desired', segments })),
  fc.constant({ root: 'capabilities', segments: ['iotEdge'] }),
  fc.tuple(key, fc.constantFrom('status', 'id')).map((segments) => ({ root: 'configurations', segments })),
);

interface Language {
  readonly path: fc.Arbitrary<ExpressionPath>;
  /** What only this dialect says. */
  readonly own: (tree: fc.Arbitrary<Expression>) => readonly fc.Arbitrary<Expression>[];
}

function treesOf({ path, own }: Language): fc.Arbitrary<Expression> {
  return fc.letrec<{ tree: Expression }>((tie) => {
    const tree = tie('tree');
    const read = path.map((each): Expression => ({ kind: 'path', path: each }));
    return {
      tree: fc.oneof(
        { maxDepth: 5, withCrossShrink: true },
        fc.oneof(
          read,
          literal,
          path.map((each): Expression => ({ kind: 'is-defined', path: each })),
        ),
        ...own(tree),
        fc
          .record({ left: tree, comparison: fc.constantFrom('=', '!=', '<', '<=', '>', '>='), right: tree })
          .map((parts): Expression => ({ kind: 'compare', ...parts })),
        fc
          .record({ negated: fc.boolean(), subject: tree, values: fc.array(value, { minLength: 1, maxLength: 3 }) })
          .map((parts): Expression => ({ kind: 'in', ...parts })),
        tree.map((operand): Expression => ({ kind: 'not', operand })),
        fc
          .record({ kind: fc.constantFrom('and', 'or'), operands: fc.array(tree, { minLength: 2, maxLength: 3 }) })
          .map((parts): Expression => parts),
      ),
    };
  }).tree;
}

const textTest = fc.constantFrom('STARTSWITH', 'ENDSWITH', 'CONTAINS');

/** Whatever a target condition can say. */
export const anyCondition = treesOf({
  path: conditionPath,
  own: () => [
    fc
      .record({ test: textTest, path: conditionPath, text })
      .map(({ path, ...parts }): Expression => ({ kind: 'text-test', subject: { kind: 'path', path }, ...parts })),
  ],
});

/** Whatever a query can say between its clauses. */
export const anyQueryExpression = treesOf({
  path: queryPath,
  own: (tree) => [
    fc.constant<Expression>({ kind: 'undefined' }),
    fc.record({ test: textTest, subject: tree, text }).map((parts): Expression => ({ kind: 'text-test', ...parts })),
    fc.record({ path: queryPath, value }).map((parts): Expression => ({ kind: 'array-contains', ...parts })),
    fc
      .record({ operator: fc.constantFrom('+', '-', '*', '/', '%'), left: tree, right: tree })
      .map((parts): Expression => ({ kind: 'arithmetic', ...parts })),
    tree.map((operand): Expression => ({ kind: 'negate', operand })),
  ],
});
