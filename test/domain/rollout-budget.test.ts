// Disruption budgets beside groups that have none.
import { expect, test } from 'vitest';
import { driveRollout, newPolicy, newTarget } from '#test/support/rollout-fleet.ts';

test('when a device is in a group without a budget too, only the group that has one holds it back', () => {
  const policy = newPolicy({ budgets: [{ groupId: 'gateways', atLeastUp: 1 }] });
  const rollout = driveRollout(policy, [
    newTarget('d1', { groups: ['gateways', 'north'] }),
    newTarget('d2', { groups: ['gateways', 'north'] }),
    newTarget('d3', { groups: ['north'] }),
  ]);
  rollout.clear('d1', 'd2', 'd3');
  const changing = () => [...rollout.state().devices].filter(([, { isChanging }]) => isChanging).map(([id]) => id);
  expect(changing()).toEqual(['d1', 'd3']);
  rollout.end('d1');
  expect(changing()).toEqual(['d2', 'd3']);
});
