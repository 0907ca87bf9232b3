// Evaluation over a store on disk in a process of its own, without any network: the time and the processor time of changes.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { pino } from 'pino';
import type { DeploymentId } from '#base/ids.ts';
import type { Clock } from '#base/clock.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import { createDeploymentOperations } from '#hub/operations/deployment-operations.ts';
import { EvaluationController } from '#hub/evaluation/evaluation-controller.ts';
import { createTwinOperations } from '#hub/records/twin-operations.ts';
import type { Store } from '#store/store-types.ts';
import { aDeployment } from '#test/support/build-deployment.ts';
import { deviceIdAt, openSiteStore } from '#test/support/seed-site.ts';
import { answerWith } from './bench-process.ts';
import { moduleContent } from './site-deployments.ts';

export type EvaluationOrder =
  /** Starts and looks at all devices once. */
  | { readonly do: 'open'; readonly dir: string }
  /** Gives device after device a role of its own. */
  | { readonly do: 'tag'; readonly first: number; readonly changes: number }
  /** Creates a deployment for one row of ten devices after another. */
  | { readonly do: 'deploy'; readonly first: number; readonly changes: number };

/** How long one change took, each of them, and what all of them cost. */
export interface ChangeCosts {
  readonly latenciesMs: readonly number[];
  readonly processorMs: number;
}

export interface StartCosts {
  readonly elapsedMs: number;
  readonly longestTurnMs: number;
}

interface Site {
  readonly store: Store;
  readonly clock: Clock;
  readonly controller: EvaluationController;
}

let opened: Site | undefined;

answerWith((order: EvaluationOrder): unknown => {
  if (order.do === 'open') return open(order.dir);
  if (opened === undefined) throw new Error('nothing was opened');
  return order.do === 'tag' ? tag(opened, order) : deploy(opened, order);
});

async function open(dir: string): Promise<StartCosts> {
  const store = openSiteStore(dir);
  const clock = createSystemClock();
  const log = pino({ level: 'error' });
  const controller = new EvaluationController({ store, clock, log, random: Math.random });
  opened = { store, clock, controller };
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  const startedAtMs = performance.now();
  controller.start();
  await controller.settled();
  delays.disable();
  return { elapsedMs: performance.now() - startedAtMs, longestTurnMs: delays.max / 1e6 };
}

async function tag(
  { store, clock, controller }: Site,
  order: { first: number; changes: number },
): Promise<ChangeCosts> {
  const twins = createTwinOperations({ store, clock });
  return timed(
    order,
    controller,
    (number) => {
      const change = { tags: { role: `role-${number % 900}` } };
      twins.patch({ deviceId: deviceIdAt(number), moduleId: null }, change, undefined, 'service');
      return 1;
    },
    store,
  );
}

async function deploy(
  { store, clock, controller }: Site,
  order: { first: number; changes: number },
): Promise<ChangeCosts> {
  const deployments = createDeploymentOperations({ store, clock });
  return timed(
    order,
    controller,
    (number) => {
      const id = `row-${number}` as DeploymentId;
      const targetCondition = `tags.site = 'plant' AND tags.row = ${number}`;
      deployments.create(aDeployment({ id, targetCondition, content: moduleContent(id) }), 'service');
      return 10;
    },
    store,
  );
}

/** From the call to the commit of the last plan that follows from it. `change` returns how many plans that are. */
async function timed(
  { first, changes }: { readonly first: number; readonly changes: number },
  controller: EvaluationController,
  change: (number: number) => number,
  store: Store,
): Promise<ChangeCosts> {
  const latenciesMs: number[] = [];
  let planned = 0;
  const stopListening = store.onCommitted((entries) => {
    planned += entries.filter(({ kind }) => kind === 'configuration-changed').length;
  });
  const before = process.cpuUsage();
  for (let number = first; number < first + changes; number += 1) {
    planned = 0;
    const startedAtMs = performance.now();
    const expected = change(number);
    await controller.settled();
    latenciesMs.push(performance.now() - startedAtMs);
    if (planned !== expected) throw new Error(`change ${number} led to ${planned} new plans, not ${expected}`);
  }
  const { user, system } = process.cpuUsage(before);
  stopListening();
  return { latenciesMs, processorMs: (user + system) / 1000 };
}
