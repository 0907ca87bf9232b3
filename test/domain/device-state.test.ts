// The one word a list shows of a device, and how its configuration went.
import { expect, test } from 'vitest';
import { applyOutcome, type DeviceStanding, deviceState } from '#domain/journal/device-state.ts';
import type { ModuleHealth } from '#domain/updates/module-standing.ts';

const aModule = (health: ModuleHealth, isSystem = false) => ({
  name: 'm',
  isSystem,
  wanted: null,
  reported: null,
  health,
});

const aRestartingModule = {
  ...aModule('running'),
  wanted: { image: null, status: 'running', restartPolicy: null },
  reported: {
    image: null,
    runtimeStatus: 'running',
    statusDescription: null,
    restartCount: 3,
    exitCode: 1,
    lastStartTimeUtc: null,
    lastExitTimeUtc: null,
  },
} as const;

const standing = (change: Partial<DeviceStanding> = {}): DeviceStanding => ({
  isEnabled: true,
  isConnected: true,
  wasEverConnected: true,
  isEdge: true,
  outcome: 'success',
  modules: [aModule('running')],
  ...change,
});

test.each([
  ['all is as wanted', {}, 'healthy'],
  ['a module is stopped as wanted', { modules: [aModule('stopped')] }, 'healthy'],
  ['it may not connect, whatever else', { isEnabled: false, outcome: 'failure' }, 'disabled'],
  ['it never connected', { wasEverConnected: false, isConnected: false }, 'never-seen'],
  ['it is away', { isConnected: false, outcome: 'failure' }, 'offline'],
  ['it is no edge device', { isEdge: false, outcome: null, modules: [] }, 'online'],
  ['nothing applies', { outcome: null }, 'unmanaged'],
  ['its configuration failed', { outcome: 'failure' }, 'failing'],
  ['a module waits to be restarted', { modules: [aModule('running'), aModule('backoff')] }, 'failing'],
  ['a module keeps restarting', { modules: [aRestartingModule] }, 'failing'],
  ['a module failed while the rest is under way', { outcome: 'pending', modules: [aModule('failed')] }, 'failing'],
  ['its agent has not reported yet', { outcome: 'pending' }, 'updating'],
  ['a module is still to come', { modules: [aModule('missing')] }, 'updating'],
  ['a module is still to go', { modules: [aModule('leftover')] }, 'updating'],
  ['only a system module fails', { modules: [aModule('failed', true)] }, 'healthy'],
] as const)('when %s, it is told in one word', (_what, change, state) => {
  expect(deviceState(standing(change))).toBe(state);
});

test.each([
  [{ lastDesiredVersion: 7, lastDesiredStatus: { code: 200 } }, 'success'],
  [{ lastDesiredVersion: 7, lastDesiredStatus: { code: 500 } }, 'failure'],
  [{ lastDesiredVersion: 7 }, 'pending'],
  [{ lastDesiredVersion: 6, lastDesiredStatus: { code: 200 } }, 'pending'],
  [{}, 'pending'],
] as const)('when version 7 is wanted and %j reported, the outcome is %s', (reported, outcome) => {
  expect(applyOutcome(7, reported)).toBe(outcome);
});
