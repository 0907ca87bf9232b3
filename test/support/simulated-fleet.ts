// A fleet of simulated devices, planned before it begins: who fails and how, who is switched off and when, who is out of reach. What a
// rollout over it must come to is therefore known to the last device.
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { DeviceId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import type { Verdict } from '#domain/updates/update-trial.ts';
import { deviceIdAt } from './seed-site.ts';
import { seededRandom } from './seeded-random.ts';
import {
  SimulatedEdgeDevice,
  type AttemptEnd,
  type DeviceCourse,
  type SimulatedDevice,
} from './simulated-fleet-device.ts';

export interface PlannedDevice {
  readonly deviceId: DeviceId;
  readonly tags: JsonObject;
  readonly course: DeviceCourse;
  readonly standing: 'success' | 'failure' | 'not-applicable';
  /** Of all its attempts. */
  readonly verdicts: readonly Verdict[];
}

const failures = ['failed-unchanged', 'failed-rolled-back', 'failed-left', 'failed-stuck', 'refused'] as const;

/**
 * With one retry: 3 % fail for good, each in its own way, 2 % at the first try only; 5 % are switched off for a while before they
 * first connect, and 5 % in mid-change; 1 % are tagged `pinned`, for a deployment that ranks above all.
 */
export function planFleet({
  devices,
  seed,
}: {
  readonly devices: number;
  readonly seed: number;
}): readonly PlannedDevice[] {
  const random = seededRandom(seed);
  const drawn = Array.from({ length: devices }, (_, index) => ({ index, at: random() }))
    .sort((left, right) => left.at - right.at)
    .map(({ index }) => index);
  const take = (percent: number): ReadonlySet<number> => new Set(drawn.splice(0, Math.ceil((devices * percent) / 100)));
  const [failing, flaky, pinned] = [take(3), take(2), take(1)];
  const [late, napping] = [take(5), take(5)];
  return Array.from({ length: devices }, (_, index): PlannedDevice => {
    const failure = failures[index % failures.length] ?? 'refused';
    // Who refused is not asked again.
    const giveUp: readonly Verdict[] = failure === 'refused' ? [failure] : [failure, failure];
    const recovery: readonly Verdict[] = [failure === 'refused' ? 'failed-left' : failure, 'done'];
    const verdicts = failing.has(index) ? giveUp : flaky.has(index) ? recovery : (['done'] as const);
    const ms = 1000 + random() * 5000;
    const nap = late.has(index)
      ? ({ at: 'start', ms } as const)
      : napping.has(index)
        ? ({ at: 'change', ms } as const)
        : null;
    return {
      deviceId: deviceIdAt(index),
      tags: { ring: index % 5 === 0 ? 'early' : 'broad', ...(pinned.has(index) && { pinned: 'yes' }) },
      course: { endings: verdicts, stepMs: 50 + random() * 250, nap },
      standing: pinned.has(index) ? 'not-applicable' : failing.has(index) ? 'failure' : 'success',
      verdicts: pinned.has(index) ? [] : verdicts,
    };
  });
}

export interface SimulatedFleet {
  readonly devices: readonly SimulatedDevice[];
  /** What the devices saw and came to, in the order in which they did. */
  readonly story: readonly FleetMoment[];
  /** Resolves when the hub has acknowledged the ends of so many attempts. */
  toldEnds(count: number): Promise<void>;
  stop(): void;
}

type FleetMoment =
  | { readonly kind: 'given'; readonly deviceId: DeviceId; readonly attempt: number }
  | ({ readonly kind: 'ended' } & AttemptEnd);

export function startFleet(
  plan: readonly PlannedDevice[],
  site: { readonly port: number; readonly caFile: string },
): SimulatedFleet {
  const endpoint = { port: site.port, context: createSecureContext({ ca: readFileSync(site.caFile) }) };
  const story: FleetMoment[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  let told = 0;
  const devices = plan.map(
    ({ deviceId, course }) =>
      new SimulatedEdgeDevice({
        deviceId,
        endpoint,
        course,
        // A hundred milliseconds at least, so that a hub that starts is not dialled without end.
        spreadMs: () => 100 + Math.random() * plan.length,
        onSeen: (id, { attempt }) => void (attempt > 0 && story.push({ kind: 'given', deviceId: id, attempt })),
        onEnded: (end) => void (end.attempt > 0 && story.push({ kind: 'ended', ...end })),
        onTold({ attempt }) {
          if (attempt > 0) told += 1;
          for (const { count, resolve } of waiting) if (told >= count) resolve();
        },
      }),
  );
  return {
    devices,
    story,
    toldEnds: (count) =>
      new Promise((resolve) => {
        waiting.push({ count, resolve });
        if (told >= count) resolve();
      }),
    stop: () => devices.forEach((device) => device.stop()),
  };
}
