// What devices would run under deployments that are not made yet and without those that are taken back: the evaluation that runs for
// real, over a store that reads as if each device had been come to already.
import type { Clock } from '#base/clock.ts';
import type { DeploymentId, DeviceId } from '#base/ids.ts';
import type { EffectiveConfiguration } from '#domain/layering/effective-configuration.ts';
import type { EdgeDeployment } from '#domain/records/deployment.ts';
import { catalogOf } from '#hub/preview/preview-fleet.ts';
import { createForesight } from '#hub/preview/preview-outcome.ts';
import type { DeploymentCatalog } from '#hub/records/deployment-catalog.ts';
import type { Breathe } from '#hub/turns/preview-slices.ts';
import type { StoreReaders } from '#store/store-types.ts';
import { admittedAfter } from './rollback-admission.ts';

interface Site {
  readonly read: StoreReaders;
  readonly clock: Clock;
  readonly breathe: Breathe;
}

/** What would be made, and who would get which of it. */
interface Supposed {
  readonly made: readonly EdgeDeployment[];
  readonly reachOf: (deviceId: DeviceId) => readonly number[];
  /** The deployment that is taken back from them; null: none. */
  readonly takenBack: number | null;
}

export interface Foreseen {
  readonly before: EffectiveConfiguration;
  readonly after: EffectiveConfiguration;
  readonly refusal: string | null;
}

export interface RollbackForesight {
  /** Above nothing that matches a device now or may match it yet: a newer deployment of this priority outranks all of it. */
  highestPriority(deviceIds: readonly DeviceId[]): Promise<number>;
  /** Newer than every deployment there is. */
  readonly nextNumber: number;
  suppose(supposed: Supposed): Promise<(deviceId: DeviceId) => Foreseen>;
}

const nothingEffective: EffectiveConfiguration = { base: null, applied: [], notApplied: {}, modules: {}, origins: {} };

export async function createRollbackForesight({ read, clock, breathe }: Site): Promise<RollbackForesight> {
  const present = read.deployments.list();
  const rollouts = read.rollouts.numbers();
  await breathe();
  const now = await catalogOf(present, rollouts, breathe);
  const newest = present.reduce((last, { createdAtMs }) => Math.max(last, createdAtMs), clock.nowMs());
  return {
    nextNumber: newest + 1,
    async highestPriority(deviceIds) {
      const everywhere = new Set(rollouts);
      const priorities = new Map(present.map(({ id, priority }) => [id, priority]));
      const seen = new Set<EffectiveConfiguration>();
      let highest = 0;
      for (const deviceId of deviceIds) {
        await breathe();
        const subject = read.twins.subject(deviceId);
        const effective = subject === undefined ? undefined : now.match(subject, everywhere).effective;
        if (effective === undefined || seen.has(effective)) continue;
        seen.add(effective);
        for (const id of [...effective.applied, ...(Object.keys(effective.notApplied) as DeploymentId[])])
          highest = Math.max(highest, priorities.get(id) ?? 0);
      }
      return highest;
    },
    async suppose({ made, reachOf, takenBack }) {
      const numbers = [...rollouts, ...made.map(({ createdAtMs }) => createdAtMs)];
      if (takenBack !== null && !rollouts.includes(takenBack)) numbers.push(takenBack);
      const next: DeploymentCatalog = await catalogOf([...present, ...made], numbers, breathe);
      const nextRead: StoreReaders = {
        ...read,
        rollouts: {
          ...read.rollouts,
          admittedTo(deviceId) {
            const turns = read.rollouts.admittedTo(deviceId);
            const without =
              takenBack === null
                ? turns.admitted
                : admittedAfter(read, deviceId, { number: takenBack, isReached: false, admitted: turns.admitted });
            const admitted = new Set([...without, ...reachOf(deviceId)]);
            return { ...turns, admitted };
          },
        },
      };
      const foresight = createForesight({ read, now, nextRead, next });
      return (deviceId) => {
        const outcome = foresight.outcomeOf({ deviceId, isEdge: true });
        if (outcome !== null) return outcome;
        const same = read.revisions.latest(deviceId)?.effective ?? nothingEffective;
        return { before: same, after: same, refusal: null };
      };
    },
  };
}
