// A module as it is wanted beside what was reported of it, whatever shape the report has.
import { expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { moduleStandings } from '#domain/module-standing.ts';

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
