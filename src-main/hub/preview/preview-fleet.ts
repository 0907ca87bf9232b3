// Walks the fleet of one snapshot and foresees what changes would do to each device, in short turns.
import type { Clock } from '#base/clock.ts';
import type { DeviceId } from '#base/ids.ts';
import type { DeploymentLimits } from '#domain/deployments/deployment-limits.ts';
import { hypothesise, type PreviewChange, type PreviewProblem } from '#domain/layering/preview-change.ts';
import type { Deployment } from '#domain/records/deployment.ts';
import { createDeploymentCatalog, type DeploymentCatalog } from '#hub/records/deployment-catalog.ts';
import { inSlices, type Breathe } from '#hub/turns/preview-slices.ts';
import type { StoreReaders } from '#store/store-types.ts';
import { createForesight, type Foresight, type Outcome } from './preview-outcome.ts';
import { withTags } from './preview-readers.ts';

const pageSize = 50;

export interface FleetChange {
  readonly read: StoreReaders;
  readonly changes: readonly PreviewChange[];
  readonly clock: Clock;
  readonly breathe: Breathe;
  readonly limits: DeploymentLimits;
}

export type FleetResult =
  | { readonly ok: true; readonly devices: number; readonly considered: number }
  | { readonly ok: false; readonly problems: readonly PreviewProblem[] };

interface Foreseen {
  readonly ok: true;
  readonly foresight: Foresight;
  /** The devices that a change can concern; null: any. */
  readonly concerned: ReadonlySet<string> | null;
  /** Modules run on edge devices alone; an automatic configuration means any device. */
  readonly isForAll: boolean;
}

/** The site as it is and as it would be; or what is wrong with the changes. */
export async function foresee({
  read,
  changes,
  clock,
  breathe,
  limits,
}: FleetChange): Promise<Foreseen | Extract<FleetResult, { readonly ok: false }>> {
  const present = read.deployments.list();
  await breathe();
  const tagsOf = (deviceId: DeviceId) => read.twins.get({ deviceId, moduleId: null })?.tags;
  const asPresent = { deployments: present, tagsOf, nowMs: clock.nowMs(), limits };
  const hypothesis = await inSlices(hypothesise(asPresent, changes), breathe);
  if (!hypothesis.ok) return hypothesis;
  await breathe();
  // A change of deployments may concern any device; a change of tags concerns those it names, and no deployment.
  const concerned = changes.every(({ kind }) => kind === 'tag') ? new Set(hypothesis.value.tags.keys()) : null;
  const rollouts = read.rollouts.numbers();
  const now = await catalogOf(present, rollouts, breathe);
  const next = concerned === null ? await catalogOf(hypothesis.value.deployments, rollouts, breathe) : now;
  const foresight = createForesight({ read, now, nextRead: withTags(read, hypothesis.value.tags), next });
  const isForAll = [...present, ...hypothesis.value.deployments].some(({ kind }) => kind !== 'edge');
  return { ok: true, foresight, concerned, isForAll };
}

/** Tells every device that something would happen to, by id; or what is wrong with the changes. */
export async function foreseeFleet(change: FleetChange, tell: (outcome: Outcome) => void): Promise<FleetResult> {
  const foreseen = await foresee(change);
  if (!foreseen.ok) return foreseen;
  const { foresight, concerned, isForAll } = foreseen;
  const { read, breathe } = change;
  const site = { devices: 0, considered: 0 };
  for await (const device of devicesOf(read, breathe)) {
    site.devices += 1;
    if (!device.isEdge && !isForAll) continue;
    site.considered += 1;
    const outcome = concerned === null || concerned.has(device.deviceId) ? foresight.outcomeOf(device) : null;
    if (outcome !== null) tell(outcome);
  }
  return { ok: true, ...site };
}

/** Added one by one: parsing a thousand conditions at once would hold up the devices. */
export async function catalogOf(
  deployments: readonly Deployment[],
  rollouts: readonly number[],
  breathe: Breathe,
): Promise<DeploymentCatalog> {
  const catalog = createDeploymentCatalog({ deployments: [], rollouts });
  for (const deployment of deployments) {
    catalog.follow(deployment.id, deployment);
    await breathe();
  }
  return catalog;
}

async function* devicesOf(read: StoreReaders, breathe: Breathe) {
  let after: DeviceId | undefined;
  for (;;) {
    const page = read.devices.list({ after, limit: pageSize });
    for (const device of page) {
      yield device;
      await breathe();
    }
    after = page.at(-1)?.deviceId;
    if (after === undefined) return;
  }
}
