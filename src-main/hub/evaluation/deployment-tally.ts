// How many devices each edge deployment means, and how they do: kept as the fleet changes, so that a list of a thousand
// deployments costs no look at any device. A device is looked at again when somebody asks and its journal entries say it changed.
// INVARIANT: what a device adds to a count is remembered with the count itself, and is taken back from that very one.
import type { Clock } from '#base/clock.ts';
import type { DeploymentId, DeviceId } from '#base/ids.ts';
import { deviceHealth } from '#domain/journal/device-health.ts';
import type { JournalEntry, JournalKind } from '#domain/records/journal-event.ts';
import type { AgentStanding, DeploymentCounts, Store } from '#store/store-types.ts';

const pageSize = 200;

interface EdgeCounts extends DeploymentCounts {
  /** Of those it applies to: the configuration was carried out and every module is as wanted. */
  readonly healthyCount: number;
}

export interface DeploymentTally {
  /** Takes note of committed changes; cheap, for it happens inside every commit. */
  follow(entries: readonly JournalEntry[]): void;
  /** Looks at changed devices for a bounded time; true when none is left. */
  catchUp(forMs: number): boolean;
  /** As of the last look. */
  countsOf(id: DeploymentId): EdgeCounts;
}

type Counters = { -readonly [Name in keyof EdgeCounts]: number };
/** What one device adds: by one to each of these numbers. */
type Share = readonly (readonly [Counters, readonly (keyof Counters)[]])[];

const noCounts: EdgeCounts = {
  targetedCount: 0,
  appliedCount: 0,
  reportedSuccessfulCount: 0,
  reportedFailedCount: 0,
  healthyCount: 0,
};

const concernsAnyTwin: ReadonlySet<JournalKind> = new Set([
  'device-created',
  'device-updated',
  'device-deleted',
  'configuration-changed',
  'configuration-refused',
]);
const concernsAgent: ReadonlySet<JournalKind> = new Set([
  'reported-changed',
  'desired-changed',
  'module-created',
  'module-deleted',
]);

export function createDeploymentTally({
  read,
  clock,
}: {
  readonly read: Pick<Store['read'], 'agentStandings' | 'devices'>;
  readonly clock: Clock;
}): DeploymentTally {
  const counters = new Map<DeploymentId, Counters>();
  const shares = new Map<DeviceId, Share>();
  const stale = new Set<DeviceId>();
  // The walk over the fleet that was there before the first entry; undefined when it is over.
  let walk: { after: DeviceId | undefined } | undefined = { after: undefined };

  function countersOf(id: DeploymentId): Counters {
    const known = counters.get(id) ?? { ...noCounts };
    counters.set(id, known);
    return known;
  }

  function look(deviceId: DeviceId): void {
    add(shares.get(deviceId) ?? [], -1);
    const standing = read.agentStandings.get(deviceId);
    const share = standing === undefined ? [] : shareOf(standing, countersOf);
    add(share, 1);
    if (share.length === 0) shares.delete(deviceId);
    else shares.set(deviceId, share);
  }

  function nextPage(): void {
    if (walk === undefined) return;
    const page = read.devices.ids({ after: walk.after, limit: pageSize });
    for (const deviceId of page) stale.add(deviceId);
    const last = page.at(-1);
    walk = last === undefined ? undefined : { after: last };
  }

  return {
    follow(entries) {
      for (const { kind, deviceId, moduleId, deploymentId } of entries) {
        // Its devices are evaluated next; until then they stand on nothing of this id.
        if (kind === 'deployment-deleted' && deploymentId !== null) counters.delete(deploymentId);
        if (deviceId === null) continue;
        if (concernsAnyTwin.has(kind) || (moduleId === '$edgeAgent' && concernsAgent.has(kind))) stale.add(deviceId);
      }
    },
    catchUp(forMs) {
      const deadlineMs = clock.monotonicMs() + forMs;
      for (;;) {
        if (stale.size === 0) nextPage();
        if (stale.size === 0) return true;
        for (const deviceId of stale) {
          stale.delete(deviceId);
          look(deviceId);
          if (clock.monotonicMs() >= deadlineMs) return stale.size === 0 && walk === undefined;
        }
      }
    },
    countsOf: (id) => ({ ...(counters.get(id) ?? noCounts) }),
  };
}

function add(share: Share, by: 1 | -1): void {
  for (const [counters, names] of share) for (const name of names) counters[name] += by;
}

function shareOf(
  { desired, desiredVersion, reported, statuses }: AgentStanding,
  countersOf: (id: DeploymentId) => Counters,
): Share {
  const entries = Object.entries(statuses);
  if (entries.length === 0) return [];
  const { outcome, isHealthy } = deviceHealth(desired, desiredVersion, reported);
  const applied: (keyof Counters)[] = ['targetedCount', 'appliedCount'];
  if (outcome === 'success') applied.push('reportedSuccessfulCount');
  if (outcome === 'failure') applied.push('reportedFailedCount');
  if (isHealthy) applied.push('healthyCount');
  return entries.map(([id, status]) => [
    countersOf(id as DeploymentId),
    status === 'Applied' ? applied : ['targetedCount'],
  ]);
}
