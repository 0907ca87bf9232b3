// A site on which deployments are taken back: what is asked, what devices are given, and what the journal alone tells of it.
import { expect } from 'vitest';
import type { RollbackWay } from '#contract/console-rollbacks.ts';
import type { RolloutEvent } from '#domain/rollouts/rollout-event.ts';
import type { RolloutPolicy } from '#domain/rollouts/rollout-policy.ts';
import type { RolloutNow, RolloutState } from '#domain/rollouts/rollout-state.ts';
import { advance, newRollout } from '#domain/rollouts/rollout.ts';
import { deploymentId, deviceId } from './hub-parts.ts';
import { newPolicy, newWave } from './rollout-fleet.ts';
import { rolloutSite } from './rollout-site.ts';

export const inTwo = [newWave({ name: 'first', members: { kind: 'count', count: 1 } }), newWave({ name: 'rest' })];

type Without = Extract<RollbackWay, { readonly kind: 'without' }>;

export function without(given: Partial<Omit<Without, 'kind'>> = {}): Without {
  return { kind: 'without', deploymentId: 'v2', deviceIds: null, withoutBase: 'keep', ...given };
}

export function rollbackSite() {
  const site = rolloutSite();
  return {
    site,
    plan: (way: RollbackWay, policy: Partial<RolloutPolicy> = {}) =>
      site.rollbacks.planRollback({ way, policy: newPolicy({ settleMs: 0, ...policy }) }),
    back: async (way: RollbackWay, policy: Partial<RolloutPolicy> = {}) => {
      const view = await site.rollbacks.createRollback({ way, policy: newPolicy({ settleMs: 0, ...policy }) });
      await site.settle();
      return view;
    },
    /** What a device is given. */
    given: (id: string) => site.parts.store.read.revisions.latest(deviceId(id))?.effective,
    /** What its agent was really sent, without the terms of a rollout. */
    sent: (id: string) => {
      const { lanyard: _terms, ...section } = site.agentOf(id).desired.value;
      return section;
    },
    /** The rollout as the journal alone gives it. */
    folded: (id: string): RolloutState | undefined => {
      let state: RolloutState | undefined;
      for (const { kind, deploymentId: of, detail } of site.parts.journal('rollout-created', 'rollout-advanced')) {
        if (of !== id) continue;
        if (kind === 'rollout-created') state = begun(id, detail as unknown as Begun);
        else if (state !== undefined) {
          const { events, now } = detail as unknown as { events: readonly RolloutEvent[]; now: RolloutNow };
          state = advance(state, events, now).state;
        }
      }
      return state;
    },
    /** Devices that run `v2`, which came by a rollout above `v1`. */
    rolledOut: async (...ids: readonly string[]): Promise<void> => {
      await site.devices(...ids);
      await site.rollOut();
      for (const id of ids) await site.end(id);
      expect(site.state().status).toBe('finished');
    },
    /** `v1` is for `d1` alone from now on. */
    narrow: async (): Promise<void> => {
      const base = site.parts.deployments.get(deploymentId('v1'));
      site.parts.deployments.update({ ...base, targetCondition: "deviceId = 'd1'" }, '*', 'service');
      await site.settle();
    },
  };
}

interface Begun extends Pick<RolloutState, 'policy' | 'cause'> {
  readonly status?: 'finished';
}

function begun(id: string, { policy, cause, status }: Begun): RolloutState {
  const state = newRollout(deploymentId(id), policy, cause);
  return status === undefined ? state : { ...state, status, history: [{ status, cause }] };
}
