// Changes that are only thought of: applied to the deployments and tags as they are, with everything wrong with them told at once.
// The result is what evaluation runs on, so that a preview says what would happen and not something like it.
import { isDeviceId, type DeviceId } from '#base/ids.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { failure, success, type Problem, type Result } from '#base/result.ts';
import { readTwinContent } from '#domain/deployments/automatic-configuration-content.ts';
import {
  readDeploymentHead,
  takenIdSentence,
  type GivenHead,
  type HeadProblem,
} from '#domain/deployments/deployment-head.ts';
import {
  noMoreDeployments,
  readNewModules,
  sizeOf,
  widenedTo,
  type DeploymentLimits,
} from '#domain/deployments/deployment-limits.ts';
import type { AutomaticConfiguration, Deployment, DeploymentKind, EdgeDeployment } from '#domain/records/deployment.ts';
import { patchTags } from '#domain/values/twin-change.ts';

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
      readonly labels?: Readonly<Record<string, string>> | null | undefined;
      readonly metricQueries?: Readonly<Record<string, string>> | undefined;
      readonly schemaVersion?: string | undefined;
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
  readonly limits: DeploymentLimits;
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
    const created = newDeployment(change, present.limits, newestMs(deployments, present.nowMs));
    if (current !== undefined) {
      const taken = { code: 'deployment.exists', message: takenIdSentence(change.id), at: 'id' };
      return failure([taken, ...(created.ok ? [] : created.problems)]);
    }
    if (!created.ok) return created;
    const full = noMoreDeployments(deployments.size, present.limits);
    if (full !== undefined) return failure([{ code: 'deployment.limit', message: full, at: 'id' }]);
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
  const head = readHead({ ...current, priority, targetCondition }, widenedTo(sizeOf(current), present.limits));
  if (!head.ok) return head;
  deployments.set(change.id, { ...current, ...head.value, version: current.version + 1 });
  return done;
}

function newDeployment(
  change: Extract<PreviewChange, { readonly kind: 'create' }>,
  limits: DeploymentLimits,
  createdAtMs: number,
): Result<Deployment> {
  const { deploymentKind: kind = 'edge', content, labels = null, metricQueries = {}, schemaVersion = '1.0' } = change;
  const head = readHead({ ...change, kind, labels, metricQueries, schemaVersion }, limits);
  const body = readBody(kind, content, limits);
  if (head.ok && body.ok)
    return success({ ...body.value, ...head.value, createdAtMs, updatedAtMs: createdAtMs, version: 1 });
  return failure([...(head.ok ? [] : head.problems), ...(body.ok ? [] : body.problems)]);
}

function readHead(given: GivenHead, limits: DeploymentLimits) {
  const head = readDeploymentHead(given, limits);
  return head.ok ? head : failure(head.problems.map(toProblem));
}

/** Whoever types a condition is shown the place in it; of several metrics the path says which. */
function toProblem({ code, at, message, offset }: HeadProblem): Problem {
  if (offset === null) return { code, message, at };
  return at === 'targetCondition' ? { code, message, at: offset } : { code, message: `at ${offset}: ${message}`, at };
}

type Body = Pick<EdgeDeployment, 'kind' | 'content'> | Pick<AutomaticConfiguration, 'kind' | 'content' | 'onRemoval'>;

function readBody(kind: DeploymentKind, content: Json, limits: DeploymentLimits): Result<Body> {
  if (kind === 'edge') {
    const read = readNewModules(content, limits);
    return read.ok ? success({ kind, content: read.value }) : read;
  }
  const read = readTwinContent(`${kind}Content`, content);
  return read.ok ? success({ kind, content: read.value, onRemoval: 'leave' }) : read;
}

/** As the store numbers instants: newer than any there is, whatever the clock says. */
function newestMs(deployments: ReadonlyMap<string, Deployment>, nowMs: number): number {
  return [...deployments.values()].reduce((newest, { createdAtMs }) => Math.max(newest, createdAtMs + 1), nowMs);
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
