// What the names in a route's condition stand for: application properties, system properties, values of the body.
import { isJsonObject, ownValue, type Json, type JsonObject } from '#base/json.ts';
import { bodyValue, constantTerm, type Refuse, type RouteValue, type Term } from './route-term.ts';
import type { RouteToken } from './route-tokens.ts';

const constants: Readonly<Record<string, Term>> = {
  true: constantTerm('truth', true),
  false: constantTerm('truth', false),
  null: constantTerm('null', null),
  undefined: constantTerm('undefined', undefined),
};

/** `true` and its like, in small letters alone, or an application property. */
export function readName(token: RouteToken, refuse: Refuse): Term {
  const { source } = token;
  const constant = ownValue(constants, source);
  if (constant !== undefined) return constant;
  const small = source.toLowerCase();
  if (ownValue(constants, small) !== undefined)
    return refuse(token, `${source} would be the name of a property: write ${small} in small letters.`);
  return { kind: 'text', valueIn: (message) => message.applicationProperty(source) };
}

/** `$name`: an application property of that very name goes first; in braces only the system's own is meant. */
export function readSystemName(token: RouteToken, isInBraces: boolean, refuse: Refuse): Term {
  const { source } = token;
  const isBody = /^\$body\./i.test(source);
  if (/[[\]]/.test(source) && !isBody)
    return refuse(token, `only a value of the body has an index: write $body.list[0], not ${source}.`);
  if (isBody) return readBodyPath(token, isInBraces, refuse);
  const name = source.slice(1);
  if (isInBraces) return { kind: 'text', valueIn: (message) => message.systemProperty(name) };
  return {
    kind: 'text',
    valueIn: (message) => message.applicationProperty(source) ?? message.systemProperty(name),
  };
}

interface Step {
  readonly key: string;
  readonly index: number | null;
}

function readBodyPath(token: RouteToken, isInBraces: boolean, refuse: Refuse): Term {
  const { source } = token;
  const steps: Step[] = [];
  for (const part of source.slice('$body.'.length).split('.')) {
    const [, key, index] = /^([^[\]]+)(?:\[([0-9]+)\])?$/.exec(part) ?? [];
    if (key === undefined)
      return refuse(
        token,
        `${source} is no path into a body: write keys with dots and one index each, $body.a.list[0].`,
      );
    steps.push({ key, index: index === undefined ? null : Number(index) });
  }
  const inBody = (body: JsonObject | undefined): RouteValue =>
    body === undefined ? undefined : bodyValue(follow(body, steps));
  const hidesBody = !isInBraces && !source.includes('[');
  return {
    kind: 'body',
    valueIn: (message) => (hidesBody ? message.applicationProperty(source) : undefined) ?? inBody(message.body()),
  };
}

/** Missing is null, in contrast to properties, where it is undefined. */
function follow(body: JsonObject, steps: readonly Step[]): Json {
  let value: Json | undefined = body;
  for (const { key, index } of steps) {
    value = isJsonObject(value) ? ownValue(value, key) : undefined;
    if (index !== null) value = Array.isArray(value) ? (value[index] as Json | undefined) : undefined;
    if (value === undefined) return null;
  }
  return value;
}
