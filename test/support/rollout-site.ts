// A site whose edge devices are simulated by what they report, under the real store, evaluation and rollout controller, on a clock
// that is moved by hand.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import type { ConsoleRollbacks } from '#contract/console-rollbacks.ts';
import type { ConsoleRollouts, RolloutRequest } from '#contract/console-rollouts.ts';
import { readRolloutTerms } from '#contract/rollout-terms.ts';
import type { RolloutPolicy } from '#domain/rollouts/rollout-policy.ts';
import type { RolloutState } from '#domain/rollouts/rollout-state.ts';
import type { Verdict } from '#domain/updates/update-trial.ts';
import { createGroupOperations } from '#hub/operations/group-operations.ts';
import { createRollbackOperations } from '#hub/rollouts/rollback-operations.ts';
import { RolloutController } from '#hub/rollouts/rollout-controller.ts';
import { createRolloutOperations } from '#hub/rollouts/rollout-operations.ts';
import { runningHubParts } from './fresh-hub-parts.ts';
import { aBase, deploymentId, deviceId, moduleIdentity, type HubParts } from './hub-parts.ts';
import { newPolicy } from './rollout-fleet.ts';

/** Until nothing more follows by itself: a look, a step, preflights, a step, evaluation and the look at what it sent. */
export async function settled({ controller, clock }: Pick<HubParts, 'controller' | 'clock'>): Promise<void> {
  for (let round = 0; round < 5; round += 1) {
    await controller.settled();
    clock.advance(20);
    // A piece of the line takes two of them: one in which what waits is written, and its own.
    for (let turn = 0; turn < 8; turn += 1) await nextTurn();
  }
}

export function rolloutSite() {
  const parts = runningHubParts();
  let controller: RolloutController;
  let operations: ConsoleRollouts;
  let rollbacks: ConsoleRollbacks;

  const startRollouts = (): void => {
    controller = new RolloutController(parts);
    operations = { ...createRolloutOperations({ ...parts, controller }), ...createGroupOperations(parts) };
    rollbacks = createRollbackOperations({ ...parts, controller });
    controller.start();
  };
  beforeEach(startRollouts);
  afterEach(() => controller.stop());

  const settle = (): Promise<void> => settled(parts);
  const pass = async (ms: number): Promise<void> => {
    parts.clock.advance(ms);
    await settle();
  };

  const connect = (id: string, state: 'Connected' | 'Disconnected' = 'Connected'): void => {
    const identity = moduleIdentity(id, '$edgeAgent');
    const kind = state === 'Connected' ? 'device-connected' : 'device-disconnected';
    parts.store.change((write) => {
      write.devices.setPresence(identity, state, parts.clock.nowMs());
      write.journal.append({ kind, actor: 'device', ...identity });
    });
  };
  const agentOf = (id: string) => parts.twins.get(moduleIdentity(id, '$edgeAgent'));
  const termsOf = (id: string) => readRolloutTerms(agentOf(id).desired.value['lanyard']).terms;
  const report = async (id: string, patch: JsonObject): Promise<void> => {
    await parts.twins.report(moduleIdentity(id, '$edgeAgent'), patch);
    await settle();
  };

  return {
    parts,
    settle,
    pass,
    connect,
    agentOf,
    termsOf,
    report,
    get controller() {
      return controller;
    },
    get operations() {
      return operations;
    },
    get rollbacks() {
      return rollbacks;
    },
    /** As a hub does that is started anew: nothing of before is in memory. */
    async restart(): Promise<void> {
      controller.stop();
      startRollouts();
      await settle();
    },
    /** Devices that are connected and run base `v1`. */
    async devices(...ids: readonly string[]): Promise<void> {
      for (const id of ids) parts.registry.createDevice({ deviceId: deviceId(id), isEdge: true }, 'service');
      for (const id of ids) connect(id);
      parts.deployments.create(aBase('v1', { modules: ['web'] }), 'service');
      await settle();
    },
    /** `v2`: one more module than `v1`, unless told otherwise, and above it. */
    async rollOut(policy: Partial<RolloutPolicy> = {}, id = 'v2', more: readonly string[] = [id]): Promise<void> {
      const {
        kind: _edge,
        metricQueries: _none,
        schemaVersion: _one,
        ...deployment
      } = aBase(id, { priority: 5, modules: ['web', ...more] });
      const request: RolloutRequest = { deployment, policy: newPolicy({ settleMs: 0, ...policy }) };
      await operations.createRollout(request);
      await settle();
    },
    /** The Lanyard agent of a device tells how the attempt that it was sent ended. */
    async end(id: string, verdict: Verdict = 'done', message = 'Module web ended with code 1.'): Promise<void> {
      const { desired } = agentOf(id);
      const attempt = termsOf(id)?.attempt ?? 0;
      const reason =
        verdict === 'done'
          ? null
          : { code: 'exit', while: 'verifying', module: 'web', message, remedy: 'Look at its log.' };
      const step = { step: 'ended', doneBytes: 10, totalBytes: 10, verdict, reason };
      await report(id, { lanyard: { attempt: { version: desired.version, attempt, number: 1, ...step } } });
    },
    state(id = 'v2'): RolloutState {
      const number = parts.store.read.rollouts.numberOf(deploymentId(id));
      const rollout = number === undefined ? undefined : controller.get(number);
      if (rollout === undefined) throw new Error(`there is no rollout of '${id}'`);
      return rollout.state;
    },
    standings(id = 'v2'): Readonly<Record<string, string>> {
      return Object.fromEntries([...this.state(id).devices].map(([device, { standing }]) => [device, standing]));
    },
    /** Which base each device is given. */
    bases(): Readonly<Record<string, string | null | undefined>> {
      const ids = parts.store.read.devices.ids({ limit: 100 });
      return Object.fromEntries(ids.map((id) => [id, parts.store.read.revisions.latest(id)?.effective.base]));
    },
  };
}
