// A preflight that is asked for before a rollout is made: the devices of a deployment that is there or only thought of, a page at a
// time, each looked at as the rollout would. Nothing is written.
import type { Clock } from '#base/clock.ts';
import { refused } from '#base/errors.ts';
import { isDeploymentId, isDeviceId, type DeviceId } from '#base/ids.ts';
import type { Json } from '#base/json.ts';
import type {
  ConsolePreflights,
  PreflightCheckRequest,
  PreflightPage,
  PreflightRow,
} from '#contract/console-preflights.ts';
import { matches, parseCondition } from '#domain/conditions/condition.ts';
import type { DeploymentLimits } from '#domain/deployments/deployment-limits.ts';
import { hypothesise } from '#domain/layering/preview-change.ts';
import { isEdgeDeployment, type EdgeDeployment } from '#domain/records/deployment.ts';
import type { PreflightReport } from '#domain/rollouts/preflight-finding.ts';
import { problemsText } from '#domain/values/problem-text.ts';
import { limitsInForce } from '#hub/operations/settings-operations.ts';
import { catalogOf } from '#hub/preview/preview-fleet.ts';
import type { DeploymentCatalog } from '#hub/records/deployment-catalog.ts';
import { createBreath, inSlices, type Breathe } from '#hub/turns/preview-slices.ts';
import type { Store, StoreReaders } from '#store/store-types.ts';
import { notForIt, type SitePreflight } from './preflight.ts';

const pageSize = 50;

interface Parts {
  readonly store: Pick<Store, 'read'>;
  readonly clock: Clock;
  readonly preflight: Pick<SitePreflight, 'lookAt' | 'outranked'>;
  readonly limits?: Partial<DeploymentLimits>;
}

export function createPreflightOperations(parts: Parts): ConsolePreflights {
  const { read } = parts.store;
  return {
    async preflight(request, signal): Promise<PreflightPage> {
      const breathe = createBreath(parts.clock, signal);
      const subject = await subjectOf(parts, request.deployment, breathe);
      const isMeant = meantBy(read, subject.deployment);
      const { limit } = request;
      const deviceIds = await nextDevices(read, request, { isMeant, breathe });
      const isDue = (): boolean => signal?.aborted !== true;
      const rows = deviceIds.slice(0, limit).map(async (deviceId) => {
        if (!isMeant(deviceId)) return rowOf(deviceId, notMeant(read, deviceId));
        const report = await parts.preflight.lookAt({ ...subject, deviceId, isDue });
        return rowOf(deviceId, report ?? notAsked, parts.preflight.outranked({ ...subject, deviceId }));
      });
      return {
        rows: await Promise.all(rows),
        next: deviceIds.length > limit ? (deviceIds[limit - 1] ?? null) : null,
      };
    },
  };
}

interface Subject {
  readonly deployment: EdgeDeployment;
  /** Missing: the site's own. */
  readonly catalog?: DeploymentCatalog;
}

async function subjectOf(
  { store: { read }, clock, limits }: Parts,
  given: PreflightCheckRequest['deployment'],
  breathe: Breathe,
): Promise<Subject> {
  if (typeof given === 'string') return { deployment: requireEdge(read, given) };
  const present = { deployments: read.deployments.list(), tagsOf: () => undefined, nowMs: clock.nowMs() };
  const change = { ...given, kind: 'create', content: given.content as Json } as const;
  const hypothesis = await inSlices(
    hypothesise({ ...present, limits: limitsInForce(read, limits) }, [change]),
    breathe,
  );
  if (!hypothesis.ok)
    throw refused('request.invalid', `'${given.id}' cannot be kept as it is: ${problemsText(hypothesis.problems)}`, {
      subject: given.id,
    });
  const { deployments } = hypothesis.value;
  const deployment = deployments.find(({ id }) => id === given.id);
  if (deployment === undefined || !isEdgeDeployment(deployment)) throw notOfModules(given.id);
  return { deployment, catalog: await catalogOf(deployments, read.rollouts.numbers(), breathe) };
}

function requireEdge(read: StoreReaders, id: string): EdgeDeployment {
  const deployment = isDeploymentId(id) ? read.deployments.get(id) : undefined;
  if (deployment === undefined)
    throw refused('deployment.unknown', `There is no deployment '${id}' on this hub.`, { subject: id });
  if (isEdgeDeployment(deployment)) return deployment;
  throw notOfModules(id);
}

function notOfModules(id: string) {
  const sentence = `'${id}' is an automatic configuration: rollouts are for deployments of modules.`;
  return refused('rollout.invalid', sentence, { subject: id });
}

type DeviceTest = (deviceId: DeviceId) => boolean;

function meantBy(read: StoreReaders, { targetCondition }: EdgeDeployment): DeviceTest {
  const condition = parseCondition(targetCondition);
  return (deviceId) => {
    const subject = condition.ok ? read.twins.subject(deviceId) : undefined;
    return condition.ok && subject !== undefined && matches(condition.value, subject);
  };
}

/** Whoever asked has gone. */
const notAsked: PreflightReport = { answer: { kind: 'go' }, findings: [], alsoTold: [] };

function notMeant(read: StoreReaders, deviceId: DeviceId): PreflightReport {
  const isKnown = isDeviceId(deviceId) && read.devices.get(deviceId) !== undefined;
  const reason = isKnown
    ? "The deployment's condition does not mean it: change the condition, or the tags of the device."
    : 'There is no such device on this hub.';
  return notForIt(reason);
}

/** One more than are wanted, if there is one: those named, or those meant, by id. */
async function nextDevices(
  read: StoreReaders,
  { deviceIds, after, limit }: PreflightCheckRequest,
  { isMeant, breathe }: { readonly isMeant: DeviceTest; readonly breathe: Breathe },
): Promise<readonly DeviceId[]> {
  if (deviceIds !== null) {
    const named = [...new Set(deviceIds)].toSorted() as DeviceId[];
    return named.filter((deviceId) => after === null || deviceId > after).slice(0, limit + 1);
  }
  const found: DeviceId[] = [];
  let last = (after ?? undefined) as DeviceId | undefined;
  do {
    const page = read.devices.ids({ after: last, limit: pageSize });
    for (const deviceId of page) {
      if (read.devices.get(deviceId)?.isEdge === true && isMeant(deviceId)) found.push(deviceId);
      if (found.length > limit) return found;
      await breathe();
    }
    last = page.at(-1);
  } while (last !== undefined);
  return found;
}

function rowOf(
  deviceId: DeviceId,
  { answer, findings, alsoTold }: PreflightReport,
  outranked: string | null = null,
): PreflightRow {
  const { kind } = answer;
  if (kind === 'never') return { deviceId, answer: kind, sentences: [answer.reason, ...alsoTold], findings };
  const obstacles = kind === 'wait' ? answer.obstacles : [];
  // Why it would not apply says also what was not looked at.
  const told = outranked === null ? [...obstacles, ...alsoTold] : [outranked, ...obstacles];
  return { deviceId, answer: kind, sentences: told, findings };
}
