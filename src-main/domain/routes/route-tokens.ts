// Cuts the part of a route behind its source into tokens. A name may hold nearly every character, as in IoT Edge, so operators
// are told apart by blanks: where a name holds one all the same, that is refused instead of being read as an odd property.
import { failure, success, type Problem, type Result } from '#base/result.ts';
import { legible } from '#domain/values/problem-text.ts';

interface Placed {
  /** Offset into the route. */
  readonly at: number;
  readonly source: string;
}

export type RouteToken =
  | (Placed & { readonly kind: 'name' | 'symbol' | 'end' })
  /** `$name` or `$body.path`. */
  | (Placed & { readonly kind: 'system' })
  | (Placed & { readonly kind: 'text'; readonly value: string })
  | (Placed & { readonly kind: 'number'; readonly value: number });

export function routeProblem(at: number, message: string): Problem {
  return { code: 'deployment.route', message: legible(message), at };
}

const blank = /[ \t\r\n]+/y;
const comment = /\/\*[^]*?\*\//y;
const text = /"((?:[^"\\]|\\(?:["'\\]|u[0-9A-Fa-f]{4}))*)"|'((?:[^'\\]|\\(?:["'\\]|u[0-9A-Fa-f]{4}))*)'/y;
const number = /0[xX][0-9A-Fa-f]+|-?(?:[0-9]*\.[0-9]+|[0-9]+)(?:[eE][+-]?[0-9]+)?/y;
const system = /\$[^()<>@,;:\\"/?={} \t\n\r]+/y;
const name = /[^()<>@,;:\\"/[\]?={} \t\n\r]+/y;
const symbol = /\?\?|\|\||!=|<>|<=|>=|[()<>=,{}*/%+-]/y;
const operatorInName = /'|.[+*%|].|!$|^[0-9.]+(?:-[0-9.]+)+$/;

/** The tokens from `start` on, with an `end` behind them, or the first place that is none. */
export function readRouteTokens(source: string, start: number): Result<readonly RouteToken[]> {
  const tokens: RouteToken[] = [];
  let at = start;
  while (at < source.length) {
    const skipped = matchAt(blank, source, at) ?? matchAt(comment, source, at);
    if (skipped !== undefined) {
      at += skipped.length;
      continue;
    }
    const token = readToken(source, at);
    if (typeof token === 'string') return failure([routeProblem(at, token)]);
    tokens.push(token);
    at += token.source.length;
  }
  tokens.push({ kind: 'end', at: source.length, source: '' });
  return success(tokens);
}

/** The token at a place, or why there is none. The longest reading counts; of equal ones the first. */
function readToken(source: string, at: number): RouteToken | string {
  const quoted = matchAt(text, source, at);
  const digits = matchAt(number, source, at);
  const named = matchAt(name, source, at);
  const sign = matchAt(symbol, source, at);
  const dollar = matchAt(system, source, at);
  const nameLength = named?.length ?? 0;
  if (quoted !== undefined && quoted.length >= nameLength)
    return { kind: 'text', at, source: quoted, value: unescaped(quoted.slice(1, -1)) };
  if (digits !== undefined && digits.length >= nameLength) return readNumber(digits, at);
  if (dollar !== undefined) return { kind: 'system', at, source: dollar };
  if (sign !== undefined && sign.length >= nameLength) return { kind: 'symbol', at, source: sign };
  if (named === undefined) return characterRefusal(source, at);
  return operatorInName.test(named) ? nameRefusal(named) : { kind: 'name', at, source: named };
}

function matchAt(pattern: RegExp, source: string, at: number): string | undefined {
  // Sticky: only `lastIndex` is state, and it is set before every use.
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}

function readNumber(source: string, at: number): RouteToken | string {
  const value = Number(source);
  if (/^0x/i.test(source) && value > Number.MAX_SAFE_INTEGER)
    return `${source} is larger than a number can hold exactly: write a smaller one.`;
  return { kind: 'number', at, source, value };
}

function unescaped(inside: string): string {
  return inside.replace(/\\(?:u([0-9A-Fa-f]{4})|(.))/g, (_, digits: string | undefined, character: string) =>
    digits === undefined ? character : String.fromCharCode(Number.parseInt(digits, 16)),
  );
}

function nameRefusal(named: string): string {
  if (named.startsWith("'")) return `${textRefusal("'")} Within it a quote is written \\'.`;
  return `${named} would be the name of a property: put blanks around the operator in it.`;
}

function characterRefusal(source: string, at: number): string {
  const character = source.charAt(at);
  if (character === '"') return textRefusal('"');
  if (character === '\\') return 'a backslash stands only within a text: remove it.';
  return `unexpected character ${character}: remove it, or put it into a text in quotes.`;
}

function textRefusal(quote: string): string {
  return `the text is not closed: add ${quote} at its end, and write \\\\ for a backslash in it.`;
}
