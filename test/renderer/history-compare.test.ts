// What became of a device or the site between two moments, in sentences; and times as people type them.
import { describe, expect, test } from 'vitest';
import type { DeviceMoments, SectionChanges, SiteMoments } from '#contract/console-history.ts';
import { deviceChanges, siteChanges } from '#renderer/history/compared-words.ts';
import { hours } from '#renderer/history/moment-field.tsx';

const stood = { atMs: 0, exists: true, isConnected: true, revision: 3 };
const aSection = (section: Partial<SectionChanges>): SectionChanges => ({
  section: 'tags',
  moduleId: null,
  changes: [],
  count: section.changes?.length ?? 0,
  documents: null,
  ...section,
});
const between = (
  first: Partial<typeof stood>,
  second: Partial<DeviceMoments['second']>,
  sections: readonly SectionChanges[] = [],
): DeviceMoments => ({
  kind: 'device',
  first: { ...stood, ...first },
  second: { ...stood, ...second },
  sections,
  untold: [],
});

describe('a device', () => {
  test.each<[string, DeviceMoments, readonly string[]]>([
    ['nothing changed', between({}, {}), []],
    ['it came', between({ exists: false }, {}), ['The device was added in between.']],
    ['it went', between({}, { exists: false }), ['The device was deleted in between.']],
    [
      'it is away now',
      between({}, { isConnected: false }),
      ['It was connected at the first moment, and not at the second.'],
    ],
    [
      'it is there again',
      between({ isConnected: false }, {}),
      ['It was connected at the second moment, and not at the first.'],
    ],
    [
      'its connection is not known any more',
      between({}, { isConnected: null }),
      ['Whether it is connected is not known at the second moment.'],
    ],
    ['it was given another revision', between({}, { revision: 5 }), ['Revision 3 gave way to revision 5.']],
  ])('when %s, it says so', (_, moments, told) => {
    expect(deviceChanges(moments)).toEqual(told);
  });

  test('when values changed, each section says which, modules by name, and how many more', () => {
    const configuration = aSection({
      section: 'desired',
      moduleId: '$edgeAgent',
      count: 204,
      changes: [
        { path: ['modules', 'web', 'status'], before: 'running', after: 'stopped' },
        { path: ['modules', 'web', 'version'], before: '1', after: '2' },
        ...['a', 'b', 'c', 'd'].map((name) => ({ path: ['modules', name], after: {} })),
      ],
    });
    const tags = aSection({ changes: [{ path: ['<b>\u202E'], before: 1 }] });
    expect(deviceChanges(between({}, {}, [tags, configuration]))).toEqual([
      'Tags: 1 removed (<b>\uFFFD).',
      'Effective configuration ($edgeAgent): 2 changed (web), 4 added (a, b, c and 1 more), and 198 more differ.',
    ]);
  });
});

const site = (deployments: SiteMoments['deployments'], devices: number, rollouts: number): SiteMoments => ({
  kind: 'site',
  first: { atMs: 0, devices: 1, deployments: 3, rollouts: 0 },
  second: { atMs: 1, devices, deployments: 3, rollouts },
  deployments,
  untold: [],
});

test('when the site changed, what came, went and changed is told, and nothing of what stayed', () => {
  const deployments = [
    { id: 'kept', stands: 'both' },
    { id: 'gone', stands: 'first' },
    { id: 'new-1', stands: 'second' },
    { id: 'new-2', stands: 'second' },
  ] as const;
  expect(siteChanges(site(deployments, 2, 1))).toEqual([
    '1 device became 2.',
    '2 deployments were added: new-1, new-2.',
    '1 deployment was deleted: gone.',
    '1 rollout was started.',
  ]);
  expect(siteChanges(site([{ id: 'kept', stands: 'both' }], 1, 0))).toEqual([]);
});

test.each([
  ['7:05', '07:05'],
  ['1705', '17:05'],
  ['17.05', '17:05'],
  ['00:00', '00:00'],
  ['24:00', null],
  ['7:5', null],
  ['5 pm', null],
  ['', null],
])('when the time is typed as %j, it is %s', (text, time) => {
  expect(hours(text)).toBe(time);
});
