// What needs a person, as somebody who follows it is told: the real desk of a site over a real store.
import { expect, onTestFinished } from 'vitest';
import type { AppError } from '#base/errors.ts';
import type { DeviceId } from '#base/ids.ts';
import type { Attention, AttentionItem } from '#contract/console-site.ts';
import type { DeviceClock } from '#contract/device-clock.ts';
import { aBase } from './build-deployment.ts';
import { createConsoleSite } from './console-site.ts';
import { eventually } from './eventually.ts';
import { createFakeClock } from './fake-clock.ts';
import { aSiteDesk } from './site-desk-double.ts';

interface WatchParts {
  /** Device → why it cannot be given its configuration. */
  readonly failures?: ReadonlyMap<string, AppError>;
  readonly dataDir?: string;
  /** What is known of the devices' clocks. */
  readonly clocks?: Map<DeviceId, DeviceClock>;
  readonly startMs?: number;
}

/** Everything told so far; the clock is moved on, for it is told at most once a second. */
export function anAttentionWatch({ failures = new Map(), clocks = new Map(), dataDir, startMs }: WatchParts = {}) {
  const clock = createFakeClock(startMs);
  const site = createConsoleSite(clock);
  site.putDeployment(aBase({ id: 'base', targetCondition: '*' }));
  const desk = aSiteDesk(site, {
    failureOf: (deviceId) => failures.get(deviceId),
    clocks: { all: () => clocks },
    upMs: () => clock.monotonicMs(),
    ...(dataDir !== undefined && { dataDir }),
  });
  desk.start();
  const leaving = new AbortController();
  const told: Attention[] = [];
  onTestFinished(() => {
    leaving.abort();
    desk.stop();
  });
  return {
    ...site,
    clock,
    told,
    follow() {
      void (async () => {
        for await (const news of desk.console.followAttention({ isLagging: () => false, signal: leaving.signal }))
          told.push(news);
      })();
    },
    leave: () => leaving.abort(),
    /** Retries until the newest list is complete and `check` passes for it. */
    until: (check: (items: readonly AttentionItem[]) => void) =>
      eventually(() => {
        clock.advance(1_000);
        expect(told.at(-1)?.isComplete).toBe(true);
        check(told.at(-1)?.items ?? []);
      }),
  };
}

export const mattersOf = (items: readonly AttentionItem[]) => items.map(({ matter }) => matter);
