// Healthy: the configuration was carried out, and no module fails, is on its way, or crashes over and over.
import { expect, test } from 'vitest';
import type { Json, JsonObject } from '#base/json.ts';
import { deviceHealth, matterOf, isAsWanted } from '#domain/journal/device-health.ts';
import { moduleStandings } from '#domain/updates/module-standing.ts';

const wanted = (status = 'running'): JsonObject => ({ status, settings: { image: 'web:1' } });
const reported = (runtimeStatus: string, parts: JsonObject = {}): JsonObject => ({
  settings: { image: 'web:1' },
  runtimeStatus,
  exitCode: 0,
  restartCount: 0,
  ...parts,
});
const report = (modules: JsonObject, version = 7, code = 200): JsonObject => ({
  lastDesiredVersion: version,
  lastDesiredStatus: { code },
  modules,
});

function healthOf(want: Json | undefined, seen: Json | undefined) {
  const modules = want === undefined ? {} : { web: want };
  return deviceHealth({ modules }, 7, report(seen === undefined ? {} : { web: seen }));
}

test.each<readonly [string, Json | undefined, Json | undefined]>([
  ['a module runs as wanted', wanted(), reported('running')],
  ['it was restarted once, as after a reboot', wanted(), reported('running', { restartCount: 1 })],
  ['it is stopped as wanted', wanted('stopped'), reported('stopped')],
  ['it is stopped as wanted, after many restarts', wanted('stopped'), reported('stopped', { restartCount: 9 })],
  ['there are no modules', undefined, undefined],
])('when %s, the device is healthy', (_what, want, seen) => {
  expect(healthOf(want, seen)).toEqual({ isHealthy: true, outcome: 'success', troubles: [] });
});

test.each<readonly [string, Json | undefined, Json | undefined, 'failing' | 'underway', string]>([
  [
    'waits for its restart',
    wanted(),
    reported('backoff', { exitCode: 1 }),
    'failing',
    'ended with code 1 and waits to be started again',
  ],
  [
    'gave up',
    wanted(),
    reported('failed', { exitCode: 137 }),
    'failing',
    'ended with code 137 and is not started again',
  ],
  ['gave up without a code', wanted(), { runtimeStatus: 'failed' }, 'failing', 'ended and is not started again'],
  ['fails its own check', wanted(), reported('unhealthy'), 'failing', 'runs, but its own health check fails'],
  [
    'runs for the moment only',
    wanted(),
    reported('running', { restartCount: 2 }),
    'failing',
    'keeps ending and being restarted (2 times so far)',
  ],
  ['is not reported', wanted(), undefined, 'underway', 'is not reported by the device yet'],
  ['has ended cleanly', wanted(), reported('stopped'), 'underway', 'is not running yet'],
  ['is no longer wanted', undefined, reported('running'), 'underway', 'is no longer wanted and still there'],
  [
    'runs another image',
    wanted(),
    reported('running', { settings: { image: 'web:0' } }),
    'underway',
    'still runs web:0',
  ],
  ['is to stop', wanted('stopped'), reported('running'), 'underway', 'is to stop and still runs'],
])(
  'when a module %s, the device is not healthy, and the module is named with the reason',
  (_what, want, seen, kind, reason) => {
    expect(healthOf(want, seen)).toEqual({
      isHealthy: false,
      outcome: 'success',
      troubles: [{ module: 'web', kind, reason }],
    });
  },
);

test.each([
  ['was not carried out yet', 6, 200, 'pending'],
  ['failed', 7, 500, 'failure'],
] as const)(
  'when the configuration %s, running modules do not make the device healthy',
  (_what, version, code, outcome) => {
    const health = deviceHealth({ modules: { web: wanted() } }, 7, report({ web: reported('running') }, version, code));
    expect(health).toEqual({ isHealthy: false, outcome, troubles: [] });
  },
);

test('when a system module fails, it is the agent part of the device, and no trouble of a module', () => {
  const systemModules = { edgeHub: { status: 'running', settings: { image: 'hub:1' } } };
  const seen = { ...report({}), systemModules: { edgeHub: reported('failed') } };
  expect(deviceHealth({ systemModules }, 7, seen)).toMatchObject({ isHealthy: true, troubles: [] });
});

test.each<readonly [string, boolean, JsonObject, JsonObject]>([
  ['fails', false, { modules: { web: wanted() } }, { modules: { web: reported('failed') } }],
  ['is not there yet', false, { modules: { web: wanted() } }, {}],
  [
    'keeps ending',
    false,
    { modules: { web: wanted() } },
    { modules: { web: reported('running', { restartCount: 2 }) } },
  ],
  ['is no longer wanted', false, {}, { modules: { web: reported('running') } }],
  ['runs as wanted', true, { modules: { web: wanted() } }, { modules: { web: reported('running') } }],
  [
    "fails and is the system's own",
    true,
    { systemModules: { edgeHub: wanted() } },
    { systemModules: { edgeHub: reported('failed') } },
  ],
])('when a module %s, whether it counts as it is wanted is %s', (_what, isRight, desired, seen) => {
  expect(moduleStandings(desired, seen).map(isAsWanted)).toEqual([isRight]);
});

test.each([
  ['keeps ending and being restarted (12 times so far)', 'keeps ending and being restarted'],
  ['runs, but its own health check fails', 'runs, but its own health check fails'],
])('when a module %s, the matter is that it %s', (reason, matter) => {
  expect(matterOf({ module: 'web', kind: 'failing', reason })).toBe(matter);
});
