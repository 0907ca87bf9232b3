// While a person paused a rollout, devices in mid-change still come to their end: its stop rule is heard, for a pause ends new
// beginnings and not the safety net. In the rule's own pause, and in those of journals of before, it is not.
import { describe, expect, it } from 'vitest';
import type { StopRule } from '#domain/rollouts/rollout-policy.ts';
import { byPerson, driveRollout, five, newPolicy, type DrivenRollout } from '#test/support/rollout-fleet.ts';

function fail(rollout: DrivenRollout, ...ids: readonly string[]): void {
  for (const id of ids) rollout.end(id, 'failed-stuck');
}

describe('while a person paused it', () => {
  const rule = { atLeastFailed: 2, comparison: '≥', percent: 10 } as const;
  const inChange = (action: StopRule['action']): DrivenRollout => {
    const rollout = driveRollout(newPolicy({ stop: { ...rule, action } }), five);
    rollout.clear('a', 'b', 'c');
    return rollout;
  };
  const paused = { ...byPerson('paused'), keepsStopRule: true } as const;

  it('when devices in mid-change fail as far as the rule says, they are rolled back all the same', () => {
    const rollout = inChange({ kind: 'roll-back' });
    rollout.send(paused);
    fail(rollout, 'a');
    expect(rollout.state()).toMatchObject({ status: 'paused', cause: { by: 'console' } });
    fail(rollout, 'b');
    expect(rollout.state()).toMatchObject({ status: 'rolling-back', cause: { by: 'hub' } });
  });

  it('when the rule pauses, it is told as the rule that stopped it, once; and going on pardons what a person was told', () => {
    const rollout = inChange({ kind: 'pause' });
    rollout.send(paused);
    fail(rollout, 'a', 'b', 'c');
    const { history, cause } = rollout.state();
    expect(history.map(({ status, cause: { by } }) => [status, by])).toEqual([
      ['pending', 'console'],
      ['in-progress', 'hub'],
      ['paused', 'console'],
      ['paused', 'hub'],
    ]);
    expect(cause.reason).toContain('2 of 2 devices tried so far failed');
    rollout.send(byPerson('resumed'));
    expect(rollout.state()).toMatchObject({ status: 'in-progress', pardonedFailures: 3 });
  });

  it('when a person pauses it again, it is one pause; after the rule stopped it, a further pause does not wake the rule', () => {
    const rollout = inChange({ kind: 'pause' });
    rollout.send(paused, paused);
    expect(rollout.state().history.filter(({ status }) => status === 'paused')).toHaveLength(1);
    fail(rollout, 'a', 'b');
    rollout.send(paused);
    expect(rollout.state().cause.by).toBe('hub');
  });

  it('when it is replayed from a journal of before, the rule stays as deaf as it was', () => {
    const rollout = inChange({ kind: 'roll-back' });
    rollout.send(byPerson('paused'));
    fail(rollout, 'a', 'b', 'c');
    expect(rollout.state()).toMatchObject({ status: 'paused', cause: { by: 'console' } });
    rollout.send(byPerson('resumed'));
    expect(rollout.state()).toMatchObject({ status: 'in-progress', pardonedFailures: 3 });
  });
});
