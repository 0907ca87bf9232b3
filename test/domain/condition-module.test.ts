// Conditions of automatic module configurations: the opening that IoT Hub wants, and what a module may be matched by.
import { expect, test } from 'vitest';
import { parseModuleCondition, startsModuleCondition } from '#domain/conditions/condition-module.ts';
import { matches } from '#domain/conditions/condition.ts';
import { aModuleSubject, problemsOf, readModuleCondition } from '#test/support/read-condition.ts';

const camera = aModuleSubject('camera', { building: 9, moduleId: 'tag' }, { chiller: { model: '4000x' } });

test.each<[string, boolean]>([
  ['from devices.modules where tags.building=9', true],
  ["FROM devices.modules WHERE tags.building=9 and tags.environment='test'", false],
  ["from devices.modules where properties.reported.chiller.model='4000x'", true],
  ["\n From \tDevices.Modules\r\nWhere(moduleId = 'camera')", true],
  ["from devices.modules where MODULEID = 'camera' AND deviceId = 'edge-1' AND tags.moduleId = 'tag'", true],
  ["from devices.modules where moduleId != 'camera'", false],
  ["from devices.modules where STARTSWITH(moduleId, 'cam') AND moduleId IN ['camera', 'lidar']", true],
  ['from devices.modules where tags.[[from devices.modules where]] = null', true],
  ['', false],
  [' \n', false],
])('when the condition is %j, it matches: %s', (text, expected) => {
  const condition = readModuleCondition(text);
  expect(condition.text).toBe(text);
  expect(matches(condition, camera)).toBe(expected);
});

test('when it is read, it tells what it reads and what stands before it', () => {
  const condition = readModuleCondition("from devices.modules where moduleId = 'a' AND properties.reported.b");
  expect(condition).toMatchObject({
    opening: 'from devices.modules where',
    isPortable: true,
    paths: [
      { root: 'moduleId', segments: [] },
      { root: 'reported', segments: ['b'] },
    ],
  });
  expect(readModuleCondition(' ')).toMatchObject({ opening: '', expression: null, paths: [], isPortable: true });
});

test.each<[string, string]>([
  ['‸*', '* is not allowed for modules: write from devices.modules where, and a condition behind it.'],
  ['‸ * ', '* is not allowed for modules'],
  [
    '‸tags.a = 1',
    'the condition of a module configuration starts with from devices.modules where: put that before it.',
  ],
  ['‸from devices where tags.a = 1', 'starts with from devices.modules where'],
  ['‸not from devices.modules where tags.a = 1', 'starts with from devices.modules where'],
  ['‸fromdevices.modules where tags.a = 1', 'starts with from devices.modules where'],
  ['‸from devices.modules where.a = 1', 'starts with from devices.modules where'],
  ['‸from devices.modules wherever = 1', 'starts with from devices.modules where'],
  ['‸from devicesxmodules where tags.a', 'starts with from devices.modules where'],
  ['from devices.modules where‸', "the module condition is missing: write one, as in moduleId = 'camera'."],
  ['from devices.modules where ‸*', "* is not allowed for modules: name what to match, as in moduleId = 'camera'."],
  ['from devices.modules where tags.a ‸*', '* is not allowed for modules: name what to match'],
  [
    "from devices.modules where ‸status = 'x'",
    'a module condition reads only deviceId, moduleId, tags and properties.reported, not status',
  ],
  ['from devices.modules where ‸moduleId.a', 'not moduleId.a: moduleId has no parts, write moduleId.'],
  [
    'from devices.modules where ‸from devices.modules where tags.a',
    'from belongs to a query, not to a module condition',
  ],
  ['from devices.modules where tags.a = ‸camera', "text values need single quotes: 'camera'."],
])('when the condition is %j, it says: %s', (marked, message) => {
  expect(problemsOf(parseModuleCondition(marked.replace('‸', '')))).toEqual([
    { code: 'deployment.condition', at: marked.indexOf('‸'), message: expect.stringContaining(message) },
  ]);
});

test.each<[string, boolean]>([
  ['\n FROM devices.modules where', true],
  ['from devices', true],
  ["tags.from = 'x'", false],
  ["from.x = 'y'", false],
  ['', false],
  ['*', false],
])('when %j is typed, that it is meant for modules is %s', (text, isMeant) => {
  expect(startsModuleCondition(text)).toBe(isMeant);
});

test('when it is longer than a condition may be, it is refused at once, blanks included', () => {
  for (const text of [' '.repeat(8193), `from devices.modules where tags.a${' '.repeat(8192)}`, 'x'.repeat(2 ** 20)]) {
    expect(problemsOf(parseModuleCondition(text))).toMatchObject([
      {
        at: 8192,
        message: expect.stringMatching(/^a module condition has at most 8192 characters, this one has \d+: tag/),
      },
    ]);
  }
  expect(problemsOf(parseModuleCondition(' '.repeat(8192)))).toEqual([]);
});
