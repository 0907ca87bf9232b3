// A module as it is wanted beside what was reported of it, whatever shape the report has.
import { expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { isRestarting, moduleStandings, type ModuleStanding } from '#domain/updates/module-standing.ts';

const wanted = (image: string, status = 'running'): JsonObject => ({ status, settings: { image } });
const reported = (image: string, runtimeStatus: string | null): JsonObject => ({
  settings: { image },
  ...(runtimeStatus === null ? {} : { runtimeStatus }),
});

test.each([
  ['runs as wanted', wanted('a:1'), reported('a:1', 'running'), 'running'],
  ['runs another image', wanted('a:2'), reported('a:1', 'running'), 'updating'],
  ['is not reported', wanted('a:1'), undefined, 'missing'],
  ['is no longer wanted', undefined, reported('a:1', 'running'), 'leftover'],
  ['has ended but is to run', wanted('a:1'), reported('a:1', 'stopped'), 'starting'],
  ['is stopped as wanted', wanted('a:1', 'stopped'), reported('a:1', 'stopped'), 'stopped'],
  ['failed but is to be stopped anyway', wanted('a:1', 'stopped'), reported('a:1', 'failed'), 'stopped'],
  ['runs but is to be stopped', wanted('a:1', 'stopped'), reported('a:1', 'running'), 'updating'],
  ['waits to be restarted', wanted('a:1'), reported('a:1', 'backoff'), 'backoff'],
  ['is unhealthy', wanted('a:1'), reported('a:1', 'unhealthy'), 'unhealthy'],
  ['is dead', wanted('a:1'), reported('a:1', 'dead'), 'failed'],
  ['reports no runtime status', wanted('a:1'), reported('a:1', null), 'starting'],
  ['reports a word we do not know', wanted('a:1'), reported('a:1', 'levitating'), 'starting'],
  ['is reported as something that is no object', wanted('a:1'), 7, 'starting'],
  ['is wanted without an image', { status: 'running' }, reported('a:1', 'running'), 'running'],
])('when a module %s, it says so', (_what, desired, seen, health) => {
  const standings = moduleStandings(
    { modules: desired === undefined ? {} : { m: desired } },
    { modules: seen === undefined ? {} : { m: seen } },
  );
  expect(standings.map((module) => [module.name, module.health])).toEqual([['m', health]]);
});

test('when there are system modules, it lists them last, judges no image and never calls them leftover', () => {
  const standings = moduleStandings(
    { modules: { z: wanted('z:1') }, systemModules: { edgeAgent: wanted('agent:1.5') } },
    {
      modules: { z: reported('z:1', 'running') },
      systemModules: { edgeAgent: reported('lanyard', 'running'), edgeHub: reported('lanyard', 'running') },
    },
  );
  expect(standings.map(({ name, isSystem, health }) => [name, isSystem, health])).toEqual([
    ['z', false, 'running'],
    ['edgeAgent', true, 'running'],
    ['edgeHub', true, 'running'],
  ]);
});

test('when a report is of any other shape, it reads what it can and cuts texts that are too long', () => {
  expect(moduleStandings({ modules: 'none' }, { modules: [1] })).toEqual([]);
  const [module] = moduleStandings(
    {},
    { modules: { ['__proto__']: { statusDescription: 'x'.repeat(9_000), exitCode: '1', restartCount: 3 } } },
  );
  expect(module).toMatchObject({ reported: { exitCode: null, restartCount: 3 } });
  expect(module?.reported?.statusDescription).toHaveLength(512);
});

test('when a module is called __proto__, it is a module like any other', () => {
  const documents = JSON.parse('{"modules":{"__proto__":{"settings":{"image":"p:1"},"runtimeStatus":"running"}}}');
  expect(moduleStandings(documents, documents).map(({ name, health }) => [name, health])).toEqual([
    ['__proto__', 'running'],
  ]);
});

const runner = { name: 'm', isSystem: false, health: 'running', reported: null } as const;
const toRun = { image: null, status: 'running', restartPolicy: null } as const;
const counted = (restartCount: number | null) => ({
  image: null,
  runtimeStatus: 'running',
  statusDescription: null,
  restartCount,
  exitCode: null,
  lastStartTimeUtc: null,
  lastExitTimeUtc: null,
});

test.each<readonly [string, ModuleStanding, boolean]>([
  ['was restarted twice without ten good minutes', { ...runner, wanted: toRun, reported: counted(2) }, true],
  ['was restarted once', { ...runner, wanted: toRun, reported: counted(1) }, false],
  ['counts no restarts', { ...runner, wanted: toRun, reported: counted(null) }, false],
  ['reports nothing', { ...runner, wanted: toRun }, false],
  [
    'waits for its restart, which is told otherwise',
    { ...runner, wanted: toRun, reported: counted(9), health: 'backoff' },
    false,
  ],
  ['is not wanted', { ...runner, wanted: null, reported: counted(9) }, false],
])('when a running module %s, it is known whether it only runs for the moment', (_what, standing, expected) => {
  expect(isRestarting(standing)).toBe(expected);
});
