// Changes that are only thought of: applied to the deployments and tags as they are, with everything wrong with them told at once.
// The result is what evaluation runs on, so that a preview says what would happen and not something like it.
import { isDeploymentId, isDeviceId, type DeploymentId, type DeviceId } from '#base/ids.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { failure, success, type Problem, type Result } from '#base/result.ts';
import { readTwinContent } from './automatic-configuration-content.ts';
import { readModulesContent } from './deployment-content.ts';
import type { AutomaticConfiguration, Deployment, DeploymentKind, EdgeDeployment } from './deployment.ts';
import { parseTargetCondition } from './target-condition.ts';
import { patchTags } from './twin-change.ts';

const maxPriority = 2 ** 31 - 1;
// Nobody reads more of them, and a list of ten thousand devices may be wrong in each.
const mostProblems = 100;

export type PreviewChange =
  | {
      readonly kind: 'create';
      readonly id: string;
      /** Missing: `edge`. */
      readonly deploymentKind?: DeploymentKind | undefined;
      readonly priority: number;
      readonly targetCondition: string;
      /** `modulesContent`, `deviceContent` or `moduleContent`, not checked yet. */
      readonly content: Json;
    }
  | {
      readonly kind: 'update';
      readonly id: string;
      readonly priority?: number | undefined;
      readonly targetCondition?: string | undefined;
    }
  | { readonly kind: 'delete'; readonly id: string }
  /** A merge patch of the tags of each device named. */
  | { readonly kind: 'tag'; readonly deviceIds: readonly string[]; readonly patch: JsonObject };

/** What is wrong with one change; `at` is an offset (condition), a path (content, tags) or the name of a field. */
export interface PreviewProblem extends Problem {
  /** Which of the changes, from 0. */
  readonly change: number;
}

/** A site as it would be. */
interface Hypothesis {
  /** All, oldest first. */
  readonly deployments: readonly Deployment[];
  /** Whole tags of the devices whose tags change. */
  readonly tags: ReadonlyMap<DeviceId, JsonObject>;
}

interface Present {
  readonly deployments: readonly Deployment[];
  readonly tagsOf: (deviceId: DeviceId) => JsonObject | undefined;
  readonly nowMs: number;
}

export type HypothesisResult =
  | { readonly ok: true; readonly value: Hypothesis }
  | { readonly ok: false; readonly problems: readonly PreviewProblem[] };

/**
 * The changes one after the other, as if each had been made: a deployment may be created, aimed anew and deleted in one go.
 * `[{kind: 'delete', id: 'gone'}]` → a problem of change 0: there is no deployment 'gone'.
 * Yields after each small piece of work: a change may name ten thousand devices, and whoever runs it has others to serve.
 */
export function* hypothesise(
  present: Present,
  changes: readonly PreviewChange[],
): Generator<undefined, HypothesisResult> {
  const deployments = new Map<string, Deployment>(present.deployments.map((deployment) => [deployment.id, deployment]));
  const tags = new Map<DeviceId, JsonObject>();
  const problems: PreviewProblem[] = [];
  for (const [index, change] of changes.entries()) {
    const result = change.kind === 'tag' ? yield* retag(change, present, tags) : redeploy(change, present, deployments);
    if (!result.ok && problems.length < mostProblems)
      problems.push(...result.problems.map((problem) => ({ ...problem, change: index })));
    yield;
  }
  return problems.length === 0
    ? { ok: true, value: { deployments: [...deployments.values()], tags } }
    : { ok: false, problems };
}

type DeploymentChange = Exclude<PreviewChange, { readonly kind: 'tag' }>;
const done = success(undefined);

function redeploy(change: DeploymentChange, present: Present, deployments: Map<string, Deployment>): Result<undefined> {
  const current = deployments.get(change.id);
  if (change.kind === 'create') {
    const created = newDeployment(change, current !== undefined, newestMs(deployments, present.nowMs));
    if (!created.ok) return created;
    deployments.set(change.id, created.value);
    return done;
  }
  if (current === undefined)
    return failure([{ code: 'deployment.unknown', message: `there is no deployment '${change.id}'.`, at: 'id' }]);
  if (change.kind === 'delete') {
    deployments.delete(change.id);
    return done;
  }
  const { priority = current.priority, targetCondition = current.targetCondition } = change;
  const problems = aimProblems(current.kind, priority, targetCondition);
  if (problems.length > 0) return failure(problems);
  deployments.set(change.id, { ...current, priority, targetCondition, version: current.version + 1 });
  return done;
}

function newDeployment(
  change: Extract<PreviewChange, { readonly kind: 'create' }>,
  isTaken: boolean,
  createdAtMs: number,
): Result<Deployment> {
  const { id, deploymentKind = 'edge', priority, targetCondition, content } = change;
  const read = readBody(deploymentKind, content);
  const problems = [
    ...idProblems(id, isTaken),
    ...aimProblems(deploymentKind, priority, targetCondition),
    ...(read.ok ? [] : read.problems),
  ];
  if (!read.ok || problems.length > 0) return failure(problems);
  return success({
    ...read.value,
    id: id as DeploymentId,
    priority,
    createdAtMs,
    updatedAtMs: createdAtMs,
    targetCondition,
    labels: null,
    metricQueries: {},
    schemaVersion: '1.0',
    version: 1,
  });
}

type Body = Pick<EdgeDeployment, 'kind' | 'content'> | Pick<AutomaticConfiguration, 'kind' | 'content' | 'onRemoval'>;

function readBody(kind: DeploymentKind, content: Json): Result<Body> {
  if (kind === 'edge') {
    const read = readModulesContent(content);
    return read.ok ? success({ kind, content: read.value }) : read;
  }
  const read = readTwinContent(`${kind}Content`, content);
  return read.ok ? success({ kind, content: read.value, onRemoval: 'leave' }) : read;
}

/** As the store numbers instants: newer than any there is, whatever the clock says. */
function newestMs(deployments: ReadonlyMap<string, Deployment>, nowMs: number): number {
  return [...deployments.values()].reduce((newest, { createdAtMs }) => Math.max(newest, createdAtMs + 1), nowMs);
}

function idProblems(id: string, isTaken: boolean): readonly Problem[] {
  if (isTaken)
    return [{ code: 'deployment.exists', message: `'${id}' is there already: choose another id.`, at: 'id' }];
  if (isDeploymentId(id)) return [];
  const message = `'${id}' cannot be a deployment's id: use 1 to 128 lower-case letters, digits or any of -+%_*!'.`;
  return [{ code: 'request.invalid', message, at: 'id' }];
}

function aimProblems(kind: DeploymentKind, priority: number, targetCondition: string): readonly Problem[] {
  const condition = parseTargetCondition(kind, targetCondition);
  const isPriority = Number.isInteger(priority) && priority >= 0 && priority <= maxPriority;
  const message = `it must be a whole number from 0 to ${maxPriority}.`;
  return [
    ...(isPriority ? [] : [{ code: 'request.invalid', message, at: 'priority' }]),
    ...(condition.ok ? [] : condition.problems),
  ];
}

function* retag(
  { deviceIds, patch }: Extract<PreviewChange, { readonly kind: 'tag' }>,
  { tagsOf }: Present,
  tags: Map<DeviceId, JsonObject>,
): Generator<undefined, Result<undefined>> {
  const problems: Problem[] = [];
  for (const deviceId of deviceIds) {
    yield;
    const current = isDeviceId(deviceId) ? (tags.get(deviceId) ?? tagsOf(deviceId)) : undefined;
    const result =
      current === undefined
        ? failure([{ code: 'device.unknown', message: 'there is no such device.', at: 'deviceIds' }])
        : patchTags(current, patch);
    if (result.ok) tags.set(deviceId as DeviceId, result.value);
    else
      problems.push(
        ...result.problems.map((problem) => ({ ...problem, message: `on '${deviceId}': ${problem.message}` })),
      );
    if (problems.length >= mostProblems) break;
  }
  return problems.length === 0 ? done : failure(problems);
}
