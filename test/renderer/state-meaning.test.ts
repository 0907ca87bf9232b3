// The sentence under a device's name: a failing device names what fails.
import { expect, test } from 'vitest';
import type { DeviceRow } from '#contract/console-rows.ts';
import type { ModuleTrouble } from '#domain/journal/device-health.ts';
import { stateMeaning } from '#renderer/words/state-meaning.ts';

const row: DeviceRow = {
  deviceId: 'd1',
  state: 'failing',
  connected: true,
  lastSeenAtMs: 1,
  wantedModules: 1,
  runningModules: 0,
  applied: ['base'],
  notApplied: [],
  outcome: 'success',
  isHealthy: true,
  tags: {},
};
const trouble = (module: string, kind: ModuleTrouble['kind'] = 'failing'): ModuleTrouble => ({
  module,
  kind,
  reason: 'ended with code 1 and is not started again',
});
const healthOf = (...troubles: ModuleTrouble[]) => ({ isHealthy: false, outcome: 'success' as const, troubles });

const crashed: ModuleTrouble = { module: 'web', kind: 'failing', reason: 'ended with code 139 and waits' };

test.each([
  [healthOf(crashed), {}, "Module 'web' ended with code 139, it crashed (segmentation fault), and waits."],
  [healthOf(trouble('web')), {}, "Module 'web' ended with code 1 and is not started again."],
  [healthOf(trouble('later', 'underway')), { outcome: 'failure' as const }, 'Its configuration failed.'],
  [
    healthOf(trouble('a'), trouble('b'), trouble('c'), trouble('d')),
    {},
    expect.stringMatching(/^Module 'a' .* Module 'b' .* Module 'c' .*\. Another one fails\.$/),
  ],
  [healthOf(...'abcde'.split('').map((name) => trouble(name))), {}, expect.stringMatching(/\. 2 others fail\.$/)],
  [healthOf(trouble('a\u202Eb')), {}, expect.stringContaining("Module 'a\uFFFDb' ended")],
  [null, {}, 'Its configuration or one of its modules failed.'],
  [healthOf(trouble('web')), { state: 'healthy' as const }, 'All modules are as wanted.'],
])('when a device stands like %j %j, it says so', (health, change, sentence) => {
  expect(stateMeaning({ row: { ...row, ...change }, health })).toEqual(sentence);
});
