// Reads a route's condition by binding powers. Its parser is not the one of target conditions: names are cut otherwise, the
// operators bind otherwise, and kinds are checked while reading; what the two share is the loop in `readOperators`.
import { ownValue } from '#base/json.ts';
import type { Problem } from '#base/result.ts';
import { callFunction } from './route-functions.ts';
import type { RoutedMessage } from './route-message.ts';
import { readName, readSystemName } from './route-names.ts';
import { negate, not, routeOperators } from './route-operators.ts';
import { constantTerm, refuseInto, type Refuse, type Term } from './route-term.ts';
import type { RouteToken } from './route-tokens.ts';

/** Whether a message is taken: true, false, or undefined when it says nothing to the condition (which takes it neither). */
export type RouteTest = (message: RoutedMessage) => boolean | undefined;

// Far above what a person writes, far below what a stack holds.
const maxNesting = 100;

/** Stands at a token of the route; private to one reading. */
export interface RouteCursor {
  readonly token: () => RouteToken;
  readonly take: () => RouteToken;
  readonly refuse: Refuse;
  /** False, and refused, when what follows is nested too deep. */
  readonly enter: (at: RouteToken) => boolean;
  readonly leave: () => void;
}

export function routeCursor(tokens: readonly RouteToken[], problems: Problem[]): RouteCursor {
  let position = 0;
  let depth = 0;
  const refuse = refuseInto(problems);
  const token = (): RouteToken => tokens[Math.min(position, tokens.length - 1)] as RouteToken;
  return {
    token,
    take() {
      const taken = token();
      position += 1;
      return taken;
    },
    refuse,
    enter(at) {
      depth += 1;
      if (depth > maxNesting) refuse(at, `it nests more than ${maxNesting} levels deep: remove parentheses.`);
      return depth <= maxNesting;
    },
    leave() {
      depth -= 1;
    },
  };
}

/**
 * The condition that begins at the cursor. Undefined: wrong syntax, and no use to read on; otherwise the problems say whether all
 * was well. Example: `as_number(t) > 30 AND $body.alarm = true` (iot-hub.md 1.5).
 */
export function readRouteCondition(cursor: RouteCursor): RouteTest | undefined {
  const term = readOperators(cursor, 0);
  if (term === undefined) return undefined;
  return (message) => {
    const value = term.valueIn(message);
    if (typeof value === 'boolean') return value;
    return value === null && term.kind === 'null' ? false : undefined;
  };
}

export function isKeyword({ kind, source }: RouteToken, keyword: string): boolean {
  return kind === 'name' && source.toUpperCase() === keyword;
}

function readOperators(cursor: RouteCursor, power: number): Term | undefined {
  let left = readPrefix(cursor);
  while (left !== undefined) {
    const token = cursor.token();
    const operator =
      token.kind === 'name' || token.kind === 'symbol'
        ? ownValue(routeOperators, token.source.toUpperCase())
        : undefined;
    if (operator === undefined || operator.power <= power) return left;
    cursor.take();
    const right = readOperators(cursor, operator.power);
    left = right && operator.make(token, left, right, cursor.refuse);
  }
  return undefined;
}

function readPrefix(cursor: RouteCursor): Term | undefined {
  const token = cursor.token();
  const isMinus = token.kind === 'symbol' && token.source === '-';
  if (!isMinus && !isKeyword(token, 'NOT')) return readOperand(cursor);
  cursor.take();
  const operand = cursor.enter(token) ? readPrefix(cursor) : undefined;
  cursor.leave();
  return operand && (isMinus ? negate : not)(token, operand, cursor.refuse);
}

const reserved: readonly string[] = ['SELECT', 'FROM', 'WHERE', 'INTO', 'AND', 'OR', 'NOT'];

function readOperand(cursor: RouteCursor): Term | undefined {
  const token = cursor.token();
  switch (token.kind) {
    case 'text':
    case 'number':
      cursor.take();
      return constantTerm(token.kind, token.value);
    case 'system':
      cursor.take();
      return readSystemName(token, false, cursor.refuse);
    case 'name':
      if (reserved.includes(token.source.toUpperCase())) break;
      cursor.take();
      return isSymbol(cursor.token(), '(') ? readCall(cursor, token) : readName(token, cursor.refuse);
    case 'symbol':
      if (token.source === '(') return readParentheses(cursor);
      if (token.source === '{') return readBraces(cursor);
      break;
    case 'end':
      break;
  }
  const what = token.kind === 'end' ? 'the end' : token.source;
  cursor.refuse(token, `a property, a value or a function is missing before ${what}: write one.`);
  return undefined;
}

function isSymbol({ kind, source }: RouteToken, symbol: string): boolean {
  return kind === 'symbol' && source === symbol;
}

/** Passes a closing sign; undefined, and refused, when another token stands there. */
function close(cursor: RouteCursor, opening: RouteToken, sign: string): true | undefined {
  const token = cursor.token();
  if (isSymbol(token, sign)) {
    cursor.take();
    return true;
  }
  const found = token.kind === 'end' ? 'the end' : token.source;
  cursor.refuse(
    token,
    `the ${opening.source} at ${opening.at} is not closed: add ${sign} or an operator before ${found}.`,
  );
  return undefined;
}

function readParentheses(cursor: RouteCursor): Term | undefined {
  const opening = cursor.take();
  const inside = cursor.enter(opening) ? readOperators(cursor, 0) : undefined;
  cursor.leave();
  return inside && close(cursor, opening, ')') && inside;
}

function readBraces(cursor: RouteCursor): Term | undefined {
  const opening = cursor.take();
  const token = cursor.take();
  if (token.kind !== 'system') {
    cursor.refuse(token, 'between braces stands a system property or a value of the body: write {$name}.');
    return undefined;
  }
  const term = readSystemName(token, true, cursor.refuse);
  return close(cursor, opening, '}') && term;
}

function readCall(cursor: RouteCursor, name: RouteToken): Term | undefined {
  const opening = cursor.take();
  const given = cursor.enter(opening) ? readArguments(cursor) : undefined;
  cursor.leave();
  return given && close(cursor, opening, ')') && callFunction(name, given, cursor.refuse);
}

function readArguments(cursor: RouteCursor): readonly Term[] | undefined {
  const given: Term[] = [];
  if (isSymbol(cursor.token(), ')')) return given;
  for (;;) {
    const next = readOperators(cursor, 0);
    if (next === undefined) return undefined;
    given.push(next);
    if (!isSymbol(cursor.token(), ',')) return given;
    cursor.take();
  }
}
