// The head of a deployment: all that it says beside its content. It is read here for every door it may come through (service API,
// preview, file), so that each refuses the same with the same sentence, and tells everything that is wrong at once.
import type { ErrorCode } from '#base/errors.ts';
import { isDeploymentId } from '#base/ids.ts';
import { isJsonObject, type Json } from '#base/json.ts';
import type { Problem, Result } from '#base/result.ts';
import { parseTargetCondition } from '#domain/conditions/target-condition.ts';
import { parseTwinQuery } from '#domain/queries/twin-query.ts';
import type { Deployment, DeploymentKind } from '#domain/records/deployment.ts';
import { halfCharacter, jsonPath } from '#domain/values/twin-limits.ts';
import { beyondLimit, type DeploymentLimits, type LimitName } from './deployment-limits.ts';

const maxPriority = 2 ** 31 - 1;
const maxSchemaVersionCharacters = 128;
const mustBeText = 'it must be a text.';
const idCharacters = "1 to 128 lower-case letters, digits or any of -+%_*!'.";

export type DeploymentHead = Pick<
  Deployment,
  'id' | 'priority' | 'targetCondition' | 'labels' | 'metricQueries' | 'schemaVersion'
>;

/** A head as it came in: nothing of it is known yet, not even that a text is one. What may be left out is filled in before. */
export interface GivenHead extends Readonly<Record<keyof DeploymentHead, unknown>> {
  readonly kind: DeploymentKind;
}

export interface HeadProblem extends Problem {
  readonly code: ErrorCode;
  /** A path in the IoT Hub object: `priority`, `labels.a`, `metrics.queries.q`. */
  readonly at: string;
  /** In the condition or the query; null where it is not about a place in a text. */
  readonly offset: number | null;
}

type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly HeadProblem[] };

/**
 * The head, or everything wrong with it (iot-hub.md 1.3 and 1.4). `priority: -1, targetCondition: 'tags.'` → a problem at each.
 * The code says what IoT Hub would call it: `request.invalid`, `deployment.condition` or `deployment.metrics`.
 */
export function readDeploymentHead(given: GivenHead, limits: DeploymentLimits): Read<DeploymentHead> {
  const problems = [
    ...idProblems(given.id),
    ...priorityProblems(given.priority),
    ...labelProblems(given.labels, limits),
    ...schemaVersionProblems(given.schemaVersion),
    ...conditionProblems(given, limits),
    ...metricProblems(given.metricQueries, limits),
  ];
  if (problems.length > 0) return { ok: false, problems };
  const { id, priority, targetCondition, labels, metricQueries, schemaVersion } = given;
  return { ok: true, value: { id, priority, targetCondition, labels, metricQueries, schemaVersion } as DeploymentHead };
}

/** With its offset in words, for a door that tells the place in the document: `at 11: text values need single quotes …`. */
export function sentenceOf({ message, offset }: HeadProblem): string {
  return offset === null ? message : `at ${offset}: ${message}`;
}

export function takenIdSentence(id: string): string {
  return `'${id}' is there already: choose another id.`;
}

/** The queries inside IoT Hub's `metrics`; whatever stands there instead is returned, for its reader to refuse. */
export function queriesIn(metrics: unknown): unknown {
  return isJsonObject(metrics) ? (metrics['queries'] ?? {}) : (metrics ?? {});
}

/** Texts by name, or those that are none, each at its path below `at`. */
export function readTexts(value: unknown, at: string): Read<Readonly<Record<string, string>>> {
  if (!isJsonObject(value))
    return { ok: false, problems: [wrong('request.invalid', at, 'it must be an object of texts by name.')] };
  const problems = Object.keys(value).flatMap((name) => {
    const fault = textFault(name, value[name] as Json);
    return fault === undefined ? [] : [wrong('request.invalid', jsonPath(at, name), fault)];
  });
  return problems.length === 0
    ? { ok: true, value: value as Readonly<Record<string, string>> }
    : { ok: false, problems };
}

function textFault(name: string, text: Json): string | undefined {
  if (typeof text !== 'string') return mustBeText;
  return name.isWellFormed() && text.isWellFormed() ? undefined : halfCharacter;
}

function idProblems(id: unknown): readonly HeadProblem[] {
  const code = 'request.invalid';
  if (id === null || id === '') return [wrong(code, 'id', `there is none: give the deployment one of ${idCharacters}`)];
  if (typeof id !== 'string') return [notText(code, 'id')];
  return isDeploymentId(id) ? [] : [wrong(code, 'id', `it cannot be "${id.slice(0, 200)}": use ${idCharacters}`)];
}

function priorityProblems(priority: unknown): readonly HeadProblem[] {
  const isPriority =
    typeof priority === 'number' && Number.isInteger(priority) && priority >= 0 && priority <= maxPriority;
  return isPriority
    ? []
    : [wrong('request.invalid', 'priority', `it must be a whole number from 0 to ${maxPriority}.`)];
}

function labelProblems(labels: unknown, limits: DeploymentLimits): readonly HeadProblem[] {
  if (labels === null) return [];
  const read = readTexts(labels, 'labels');
  if (!read.ok) return read.problems;
  const entries = Object.entries(read.value);
  const characters = entries.reduce((sum, [name, text]) => sum + name.length + text.length, 0);
  const tooMany = (name: LimitName, count: number) =>
    beyond('request.invalid', 'labels', beyondLimit(name, count, limits));
  return [...tooMany('labels', entries.length), ...tooMany('labelCharacters', characters)];
}

function schemaVersionProblems(version: unknown): readonly HeadProblem[] {
  const code = 'request.invalid';
  if (typeof version !== 'string') return [notText(code, 'schemaVersion')];
  if (!version.isWellFormed()) return [wrong(code, 'schemaVersion', halfCharacter)];
  if (version.length <= maxSchemaVersionCharacters) return [];
  const message = `it has ${version.length} characters, and at most ${maxSchemaVersionCharacters} are kept: write "1.0".`;
  return [wrong(code, 'schemaVersion', message)];
}

function conditionProblems(
  { kind, targetCondition: text }: GivenHead,
  limits: DeploymentLimits,
): readonly HeadProblem[] {
  const code = 'deployment.condition';
  if (typeof text !== 'string') return [notText(code, 'targetCondition')];
  const tooLong = beyond(code, 'targetCondition', beyondLimit('conditionCharacters', text.length, limits));
  return tooLong.length > 0 ? tooLong : inText(code, 'targetCondition', parseTargetCondition(kind, text));
}

function metricProblems(queries: unknown, limits: DeploymentLimits): readonly HeadProblem[] {
  const code = 'deployment.metrics';
  const at = 'metrics.queries';
  const read = readTexts(queries, at);
  if (!read.ok) return read.problems.map((problem) => ({ ...problem, code }));
  const entries = Object.entries(read.value);
  // Each of them costs time to read, and nobody is helped by a thousand faults.
  const tooMany = beyond(code, at, beyondLimit('customMetrics', entries.length, limits));
  if (tooMany.length > 0) return tooMany;
  return entries.flatMap(([name, text]) => {
    const tooLong = beyond(code, at, beyondLimit('metricNameCharacters', name.length, limits));
    return tooLong.length > 0 ? tooLong : inText(code, jsonPath(at, name), parseTwinQuery(text));
  });
}

/** Problems in a text of the head: their offset is one in that text. */
function inText(code: ErrorCode, at: string, parsed: Result<unknown>): readonly HeadProblem[] {
  if (parsed.ok) return [];
  return parsed.problems.map((problem) => ({ code, at, message: problem.message, offset: Number(problem.at) }));
}

function beyond(code: ErrorCode, at: string, message: string | undefined): readonly HeadProblem[] {
  return message === undefined ? [] : [wrong(code, at, message)];
}

function notText(code: ErrorCode, at: string): HeadProblem {
  return wrong(code, at, mustBeText);
}

function wrong(code: ErrorCode, at: string, message: string): HeadProblem {
  return { code, at, message, offset: null };
}
