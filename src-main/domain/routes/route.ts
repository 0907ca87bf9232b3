// A route of `$edgeHub`: from which messages, under which condition, to where. `[SELECT *] FROM source [WHERE condition] INTO sink`.
import { isModuleId, type ModuleId } from '#base/ids.ts';
import { failure, success, type Problem, type Result } from '#base/result.ts';
import { isKeyword, readRouteCondition, routeCursor, type RouteCursor, type RouteTest } from './route-condition.ts';
import type { RoutedMessage } from './route-message.ts';
import { readRouteTokens, routeProblem, type RouteToken } from './route-tokens.ts';

export type RouteSink =
  | { readonly kind: 'upstream' }
  /** An input of a module of the same device. */
  | { readonly kind: 'input'; readonly moduleId: ModuleId; readonly input: string };

export interface Route {
  readonly source: RouteSource;
  /** Undefined: every message of the source. */
  readonly condition: RouteTest | undefined;
  readonly sink: RouteSink;
}

interface RouteSource {
  /** What the origin of its messages begins with, in small letters and with a slash at its end. */
  readonly prefix: string;
  /** False of twin changes and the like: such a route is sound, and nothing ever comes to it here. */
  readonly isProducedHere: boolean;
}

export const longestRoute = 8192;

/**
 * The route a text is, or all that is wrong with it, each with its offset into the text.
 * Example: `FROM /messages/modules/a/outputs/* INTO BrokeredEndpoint("/modules/b/inputs/in")` (iot-hub.md 3.2).
 */
export function parseRoute(text: string): Result<Route> {
  const unfit = wholeRefusal(text);
  if (unfit !== undefined) return failure([unfit]);
  const head = readHead(text);
  if ('message' in head) return failure([head]);
  const tokens = readRouteTokens(text, head.end);
  if (!tokens.ok) return tokens;
  const problems: Problem[] = [];
  const cursor = routeCursor(tokens.value, problems);
  const rest = readRest(cursor);
  return rest === undefined || problems.length > 0 ? failure(problems) : success({ source: head.source, ...rest });
}

/** Whether a route takes a message. */
export function takesMessage({ source, condition }: Route, message: RoutedMessage): boolean {
  return message.origin.startsWith(source.prefix) && (condition === undefined || condition(message) === true);
}

function wholeRefusal(text: string): Problem | undefined {
  if (text.trim() === '') return routeProblem(0, 'the route is empty: write FROM /messages/* INTO $upstream.');
  if (text.length <= longestRoute) return undefined;
  return routeProblem(
    longestRoute,
    `a route has at most ${longestRoute} characters, this one has ${text.length}: make two.`,
  );
}

interface Head {
  readonly source: RouteSource;
  readonly end: number;
}

const beginning = /^[ \t\r\n]*(SELECT[ \t\r\n]*\*[ \t\r\n]*)?FROM(?=[ \t\r\n/])[ \t\r\n]*/i;

/** Up to and with the source, which is read by itself: its `/*` is no comment. */
function readHead(text: string): Head | Problem {
  const begun = beginning.exec(text)?.[0];
  if (begun === undefined) {
    const at = /\S/.exec(text)?.index as number;
    return routeProblem(at, 'a route begins with FROM and a source, or SELECT * FROM: write FROM /messages/*.');
  }
  const path = /^[^ \t\r\n]+/.exec(text.slice(begun.length))?.[0] ?? '';
  const source = readSource(path);
  return typeof source === 'string' ? routeProblem(begun.length, source) : { source, end: begun.length + path.length };
}

const sources = '/*, /messages/*, /messages/modules/*, /messages/modules/NAME/* or /messages/modules/NAME/outputs/NAME';
// They exist in IoT Edge and IoT Hub, and tell what nothing is told of here.
const elsewhere: readonly string[] = [
  '/twinchangenotifications/',
  '/twinchangeevents/',
  '/devicelifecycleevents/',
  '/devicejoblifecycleevents/',
  '/deviceconnectionstateevents/',
  '/digitaltwinchangeevents/',
];
const produced = /^\/(?:messages\/(?:modules\/(?:[^/]+\/(?:outputs\/(?:[^/]+\/)?)?)?)?)?$/;

function readSource(path: string): RouteSource | string {
  if (!path.startsWith('/')) return `the source is missing after FROM: write ${sources}.`;
  const named = path.replace(/\/?\*?$/, '').replace(/\/$/, '');
  const prefix = `${named.toLowerCase()}/`;
  if (named.includes('*')) return `* stands only at the end of a source: write ${sources}.`;
  if (elsewhere.includes(prefix)) return { prefix, isProducedHere: false };
  if (!produced.test(prefix)) return `no message comes from ${path}: write ${sources}.`;
  return { prefix, isProducedHere: true };
}

function readRest(cursor: RouteCursor): Pick<Route, 'condition' | 'sink'> | undefined {
  let condition: RouteTest | undefined;
  if (isKeyword(cursor.token(), 'WHERE')) {
    cursor.take();
    condition = readRouteCondition(cursor);
    if (condition === undefined) return undefined;
  }
  const into = cursor.token();
  if (!isKeyword(into, 'INTO')) return refuseRest(cursor, into, condition !== undefined);
  cursor.take();
  const sink = readSink(cursor);
  if (sink === undefined) return undefined;
  const behind = cursor.token();
  if (behind.kind === 'end') return { condition, sink };
  cursor.refuse(behind, `a route ends with its sink: remove ${behind.source}.`);
  return undefined;
}

function refuseRest(cursor: RouteCursor, token: RouteToken, hasCondition: boolean): undefined {
  if (token.kind === 'end')
    cursor.refuse(token, 'the sink is missing: add INTO $upstream or INTO BrokeredEndpoint("…").');
  else if (hasCondition)
    cursor.refuse(token, `an operator is missing before ${token.source}: write AND or OR, or remove it.`);
  else cursor.refuse(token, `WHERE or INTO has to follow the source: write one before ${token.source}.`);
}

const sinks = '$upstream or BrokeredEndpoint("/modules/NAME/inputs/NAME")';

function readSink(cursor: RouteCursor): RouteSink | undefined {
  const token = cursor.take();
  if (token.kind === 'system' && token.source.toLowerCase() === '$upstream') return { kind: 'upstream' };
  if (!isKeyword(token, 'BROKEREDENDPOINT')) {
    cursor.refuse(token, `there is no sink ${token.source}: write ${sinks}.`);
    return undefined;
  }
  const opening = cursor.take();
  const address = cursor.take();
  const closing = cursor.take();
  const [, module = '', input] = address.kind === 'text' ? (addressPattern.exec(address.value) ?? []) : [];
  if (opening.source !== '(' || closing.source !== ')' || input === undefined || !isModuleId(module)) {
    cursor.refuse(
      address.kind === 'text' ? address : opening,
      `an input is missing: write BrokeredEndpoint("/modules/NAME/inputs/NAME").`,
    );
    return undefined;
  }
  return { kind: 'input', moduleId: module, input };
}

const addressPattern = /^\s*\/?modules\/([^/]+)\/inputs\/([^/]+?)\/?\s*$/i;
