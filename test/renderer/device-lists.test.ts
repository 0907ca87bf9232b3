// What a list of devices is made of: filter, order, counts, tags as columns and as lines, ids as they are pasted.
import { describe, expect, test } from 'vitest';
import type { DeviceRow } from '#contract/console-rows.ts';
import { parseCondition } from '#domain/conditions/condition.ts';
import { deploymentTemplates } from '#renderer/deployments/deployment-templates.ts';
import { startTemplates } from '#renderer/pieces/deploy-start.tsx';
import { conditionOfDevices, deploymentForPath } from '#renderer/words/paths.ts';
import { completed, completionsAt } from '#renderer/editors/condition-completion.ts';
import { readFilter } from '#renderer/words/device-filter.ts';
import { inOrder } from '#renderer/devices/device-order.ts';
import { readNewDeviceIds } from '#renderer/words/new-device-ids.ts';
import { shownDevices, tagPathsOf } from '#renderer/link/shown-devices.ts';
import { readTagLines } from '#renderer/words/tag-lines.ts';

const aRow = (deviceId: string, parts: Partial<DeviceRow> = {}): DeviceRow => ({
  deviceId,
  state: 'healthy',
  connected: true,
  lastSeenAtMs: 1,
  wantedModules: 1,
  runningModules: 1,
  applied: ['base'],
  notApplied: [],
  outcome: 'success',
  isHealthy: true,
  tags: {},
  ...parts,
});
const kept = (...rows: readonly DeviceRow[]) => rows.map((row) => ({ row }));

describe('the order of devices', () => {
  const rows = [
    aRow('b', { state: 'failing', lastSeenAtMs: 500, connected: false, tags: { ring: 10 } }),
    aRow('c', { state: 'offline', lastSeenAtMs: null, connected: false, tags: { ring: 'two' } }),
    aRow('a', { runningModules: 0, applied: [], tags: { ring: 2 } }),
    aRow('d', { wantedModules: 0, runningModules: 0, lastSeenAtMs: 900, connected: false }),
  ];
  test.each([
    ['device', 'ascending', 'abcd'],
    ['device', 'descending', 'dcba'],
    ['state', 'ascending', 'badc'],
    ['state', 'descending', 'cadb'],
    ['modules', 'ascending', 'abcd'],
    ['modules', 'descending', 'bcad'],
    ['deployments', 'ascending', 'bcda'],
    ['seen', 'ascending', 'adbc'],
    ['seen', 'descending', 'bdac'],
    ['tag:ring', 'ascending', 'abcd'],
    ['tag:ring', 'descending', 'cbad'],
    ['tag:nobody-has-it', 'ascending', 'abcd'],
    ['tag:constructor', 'descending', 'abcd'],
  ] as const)('when it is by %s, %s, it is %s: equals by id, those without a value last', (column, direction, ids) => {
    expect(
      inOrder(rows, { column, direction })
        .map(({ deviceId }) => deviceId)
        .join(''),
    ).toBe(ids);
  });
});

test('when devices are filtered, states are counted of all that the rest of the filter leaves', () => {
  const rows = [
    aRow('pump-1', { state: 'failing' }),
    aRow('pump-2', { tags: { site: 'north' }, connected: false }),
    aRow('pump-3', { state: 'failing', applied: [], connected: false }),
    aRow('valve-1'),
  ];
  const shown = (search: string, meant: ReadonlySet<string> | null = null) => {
    const {
      rows: left,
      counts,
      total,
    } = shownDevices(rows, {
      filter: readFilter(search),
      meant,
    });
    return [left.map(({ deviceId }) => deviceId), Object.fromEntries(counts), total];
  };
  expect(shown('words=pump')).toEqual([['pump-1', 'pump-2', 'pump-3'], { failing: 2, healthy: 1 }, 3]);
  expect(shown('words=pump&state=failing')).toEqual([['pump-1', 'pump-3'], { failing: 2, healthy: 1 }, 3]);
  expect(shown('words=north')).toEqual([['pump-2'], { healthy: 1 }, 1]);
  expect(shown('deployment=base&state=failing')).toEqual([['pump-1'], { failing: 1, healthy: 2 }, 3]);
  expect(shown('connected=true')).toEqual([['pump-1', 'valve-1'], { failing: 1, healthy: 1 }, 2]);
  expect(shown('connected=true&state=healthy')).toEqual([['valve-1'], { failing: 1, healthy: 1 }, 2]);
  expect(shown('', new Set(['valve-1', 'gone']))).toEqual([['valve-1'], { healthy: 1 }, 1]);
});

test('when tags are offered as columns, the most frequent come first', () => {
  const rows = kept(aRow('a', { tags: { x: 1, site: 's' } }), aRow('b', { tags: { site: 't', a: 1 } }));
  expect(tagPathsOf(rows, 2)).toEqual(['site', 'a']);
});

describe('the completion of a condition', () => {
  const paths = ['site', 'place.floor', 'odd name'];
  const at = (text: string) => completionsAt(text, text.length, paths)?.options ?? null;
  test.each([
    ['t', ['tags.site', 'tags.place.floor']],
    ['tags.p', ['tags.place.floor']],
    ["tags.site = 'north' A", ['AND']],
    ['NOT de', ['deviceId']],
    ['properties.', ['properties.reported.']],
    ["tags.site = 't", null],
    ['tags.site ', null],
    ['zzz', null],
    ['(starts', ['STARTSWITH(']],
  ])('when %s is typed, it offers %s', (text, options) => {
    expect(at(text)).toEqual(options);
  });
  test('when one is taken, it takes the place of what was typed and the caret stands behind it', () => {
    const text = 'NOT tags.si = 1';
    const offer = completionsAt(text, 11, paths);
    expect(offer && completed(text, offer, 'tags.site')).toEqual({ text: 'NOT tags.site = 1', caret: 14 });
    const call = completionsAt('con', 3, paths);
    expect(call && completed('con', call, 'CONTAINS(')).toEqual({ text: 'CONTAINS(', caret: 9 });
  });
});

const readTags = (text: string, canRemove = true) => readTagLines(text, { canRemove });

describe('tags as lines', () => {
  test('when lines are read, numbers and truths are values, quotes make texts, dots nest, and nothing takes away', () => {
    const text =
      "site = north\n\nplace.floor = 2\nplace.hall=East = West\nisOn = true\nserial = '007'\nold =\n__proto__ = x";
    const answer = readTags(text);
    expect(answer.ok && JSON.stringify(answer.tags)).toBe(
      '{"site":"north","place":{"floor":2,"hall":"East = West"},"isOn":true,"serial":"007","old":null,"__proto__":"x"}',
    );
    expect(answer).toMatchObject({ count: 7 });
  });
  test.each([
    ['site', 1, 'name = value'],
    ['a = 1\n= 2', 2, 'nothing empty'],
    ['a b = 1', 1, 'no spaces'],
    ['$a = 1', 1, 'no $'],
    ['a..b = 1', 1, 'nothing empty'],
    ['a = 1\na = 2', 2, 'named twice'],
    ['a = 1\na.b = 2', 2, 'inside a value'],
    ['a.b = 1\na = 2', 2, 'named twice'],
  ])('when %j is read, line %i is wrong: %s', (text, line, words) => {
    expect(readTags(text)).toMatchObject({ ok: false, line, message: expect.stringContaining(words) });
  });
  test('when nothing can be taken away, a tag without a value is a mistake', () => {
    expect(readTags('site =', false)).toMatchObject({ ok: false, message: 'give it a value' });
  });
});

const readIds = (text: string) => readNewDeviceIds(text, (id) => id === 'taken');

describe('the ids of new devices', () => {
  test.each([
    ['pump-1', ['pump-1']],
    ['a\nb\r\n\n c ', ['a', 'b', 'c']],
    ['a, b,c d,', ['a', 'b,c', 'd']],
    ['a a', ['a']],
    ['', []],
  ])('when %j is pasted, they are %s', (text, ids) => {
    expect(readIds(text)).toEqual({ ids, problem: null });
  });
  test.each([
    ['a\ntaken', 'taken is there already'],
    ['a/b', '“/”'],
    ['x😀', '“😀”'],
    ['x'.repeat(129), 'has 129 characters'],
    [Array.from({ length: 1001 }, (_, at) => `d${at}`).join('\n'), '1001 ids are too many'],
  ])('when %j is pasted, the mistake is told', (text, words) => {
    expect(readIds(text).problem).toContain(words);
  });
});

describe('a deployment for chosen devices', () => {
  test('when it begins with a template, that is one of the editor, under the title it has there', () => {
    expect(startTemplates).toEqual(deploymentTemplates.map(({ key, title }) => ({ key, title })));
  });

  test('when several devices are named, the condition means these and is one that the hub reads', () => {
    const condition = conditionOfDevices(["it's", 'b']);
    expect(condition).toBe("deviceId IN ['it''s', 'b']");
    expect(parseCondition(condition)).toMatchObject({ ok: true });
    expect(conditionOfDevices(['a'])).toBe("deviceId = 'a'");
    expect(deploymentForPath("deviceId = 'a'", { from: 'site base' })).toBe(
      '/deployments/new?from=site+base&condition=deviceId+%3D+%27a%27',
    );
  });
});
