// The routes of a device, out of `$edgeHub`'s desired properties: what can be read is followed, what cannot is told.
import { isJsonObject, type Json, type JsonObject } from '#base/json.ts';
import type { Problem, Result } from '#base/result.ts';
import { failure, success } from '#base/result.ts';
import type { RoutedMessage } from './route-message.ts';
import { parseRoute, takesMessage, type Route, type RouteSink } from './route.ts';

export interface RouteTable {
  /** By priority, the most urgent first. */
  readonly routes: readonly RankedRoute[];
  readonly unreadable: readonly UnreadableRoute[];
}

interface RankedRoute {
  readonly name: string;
  readonly route: Route;
  /** 0 is the most urgent; routes without one come after 9. */
  readonly priority: number;
  /** How long a message waits for its module; null: for ever. */
  readonly timeToLiveMs: number | null;
}

interface UnreadableRoute {
  readonly name: string;
  readonly problems: readonly Problem[];
}

/** Where one message goes, and how: one for each sink. */
export interface RouteDelivery {
  readonly sink: RouteSink;
  readonly priority: number;
  readonly timeToLiveMs: number | null;
}

const lowestPriority = 10;
// What the deployments of IoT Edge's tools say. Its own parser makes 0 of a missing value, and keeps nothing then.
const usualTimeToLiveS = 7200;

/**
 * The table of `$edgeHub`'s desired properties. A route is its text, or an object with `route`, `priority` and `timeToLiveSecs`
 * (iot-hub.md 3.2). Example: `{ routes: { up: 'FROM /* INTO $upstream' } }` → one route, for ever after 9, two hours.
 */
export function readRouteTable(desired: JsonObject): RouteTable {
  const given = desired['routes'];
  const usualMs = timeToLiveOf(desired['storeAndForwardConfiguration']);
  const routes: RankedRoute[] = [];
  const unreadable: UnreadableRoute[] = [];
  for (const [name, value] of Object.entries(isJsonObject(given) ? given : {})) {
    const read = readRoute(value);
    if (!read.ok) unreadable.push({ name, problems: read.problems });
    else routes.push({ name, ...read.value, timeToLiveMs: read.value.timeToLiveMs ?? usualMs });
  }
  // Stable, so that of equal priorities the one written first stands first.
  return { routes: routes.sort((left, right) => left.priority - right.priority), unreadable };
}

/** Where a message goes: each sink once, by the most urgent route that leads there, the most urgent sink first. */
export function deliveriesOf({ routes }: RouteTable, message: RoutedMessage): readonly RouteDelivery[] {
  const deliveries = new Map<string, RouteDelivery>();
  for (const { route, priority, timeToLiveMs } of routes) {
    const key = sinkKey(route.sink);
    if (!deliveries.has(key) && takesMessage(route, message))
      deliveries.set(key, { sink: route.sink, priority, timeToLiveMs });
  }
  return [...deliveries.values()];
}

function sinkKey(sink: RouteSink): string {
  return sink.kind === 'upstream' ? '' : `${sink.moduleId}/${sink.input}`;
}

interface ReadRoute {
  readonly route: Route;
  readonly priority: number;
  /** Null: as the device's others. */
  readonly timeToLiveMs: number | null;
}

/** One entry of `routes`: offsets of its problems are into its text, paths are below the entry. */
export function readRoute(value: Json): Result<ReadRoute> {
  const entry = typeof value === 'string' ? { route: value } : value;
  if (!isJsonObject(entry)) return failure([problem('', 'A route is a text, or an object with a text `route`.')]);
  const { route: text, priority = lowestPriority, timeToLiveSecs = 0 } = entry as Readonly<Record<string, Json>>;
  const problems: Problem[] = [];
  if (priority !== lowestPriority && !isWholeUpTo(priority, 9))
    problems.push(problem('priority', 'A priority is a whole number from 0, the most urgent, to 9.'));
  if (!isWholeUpTo(timeToLiveSecs, 4_294_967_295))
    problems.push(problem('timeToLiveSecs', 'A time to live is a whole number of seconds from 0 to 4294967295.'));
  if (typeof text !== 'string') return failure([problem('route', 'The text `route` is missing.'), ...problems]);
  const route = parseRoute(text);
  if (!route.ok) return failure([...route.problems, ...problems]);
  if (problems.length > 0) return failure(problems);
  const timeToLiveMs = timeToLiveSecs === 0 ? null : (timeToLiveSecs as number) * 1000;
  return success({ route: route.value, priority: priority as number, timeToLiveMs });
}

function isWholeUpTo(value: Json | undefined, most: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most;
}

function problem(at: string, message: string): Problem {
  return { code: 'deployment.route', message, at };
}

/** Of the device's messages that no route says otherwise of; negative is for ever. */
function timeToLiveOf(configuration: Json | undefined): number | null {
  const given = isJsonObject(configuration) ? configuration['timeToLiveSecs'] : undefined;
  const seconds = typeof given === 'number' && given !== 0 ? given : usualTimeToLiveS;
  return seconds < 0 ? null : seconds * 1000;
}
