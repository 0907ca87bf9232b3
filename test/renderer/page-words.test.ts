// What the page writes: ages, addresses, filters, and texts of devices made safe.
import { expect, test } from 'vitest';
import type { DeviceRow } from '#contract/console-rows.ts';
import { ageInWords, agoInWords } from '#renderer/words/age.ts';
import { filterPath, readFilter, standsOn } from '#renderer/words/device-filter.ts';
import { hasWords, wordsIn } from '#renderer/words/device-words.ts';
import { archiveAddress } from '#renderer/link/archive-address.ts';
import { bytesInWords, shareInWords } from '#renderer/words/bytes.ts';
import { sharesText } from '#renderer/words/deployment-words.ts';
import { imageTitle, originInWords, shortDigest, taskTitle } from '#renderer/words/image-words.ts';
import { deviceIdOf, devicePath, imageOf, imagePath } from '#renderer/words/paths.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { notAppliedWords, runtimeCodeWords } from '#renderer/words/status-words.ts';
import type { DeploymentId } from '#base/ids.ts';

test.each([
  ['plain-device_1', 'plain-device_1'],
  ['Gerät 7 · 泵 · مضخة', 'Gerät 7 · 泵 · مضخة'],
  ['a\u202Etxt.exe', 'a\uFFFDtxt.exe'],
  ['a\u2066b\u2069c\u200F', 'a\uFFFDb\uFFFDc\uFFFD'],
  ['zero\u200Bwidth\uFEFF', 'zero\uFFFDwidth\uFFFD'],
  ['\u001B[31mred\u0000', '\uFFFD[31mred\uFFFD'],
  ['line\r\nbreak\tand\u2028more', 'line break and\uFFFDmore'],
  ['tag\u{E0041}', 'tag\uFFFD'],
  ['lone\uD800', 'lone\uFFFD'],
])('when a device sends %j, it reads %j', (hostile, safe) => {
  expect(safeText(hostile)).toBe(safe);
});

test('when a text is endless, it is cut', () => {
  expect(safeText('x'.repeat(100_000))).toBe(`${'x'.repeat(512)}…`);
});

test.each([
  [-5_000, 'now', 'just now'],
  [4_999, 'now', 'just now'],
  [59_999, '59 s', '59 s ago'],
  [60_000, '1 min', '1 min ago'],
  [3_600_000, '1 h', '1 h ago'],
  [86_400_000 * 12, '12 d', '12 d ago'],
])('when something is %d ms old, it is told as %s', (ageMs, age, ago) => {
  expect([ageInWords(ageMs), agoInWords(ageMs)]).toEqual([age, ago]);
});

const row: DeviceRow = {
  deviceId: 'Pump-07',
  state: 'failing',
  connected: true,
  lastSeenAtMs: 1,
  wantedModules: 0,
  runningModules: 0,
  applied: ['base'],
  notApplied: ['old'],
  outcome: 'failure',
  isHealthy: false,
  tags: { site: 'North hall', 'place.floor': 2 },
};

test.each([
  ['', true],
  ['pump', true],
  ['07 PUMP', true],
  ['valve', false],
  ['north', true],
  ['pump hall', true],
  ['site=north', true],
  ['place.floor=2', true],
  ['south', false],
])('when the words are "%s", Pump-07 of the north hall is found: %s', (words, isFound) => {
  expect(hasWords(row, wordsIn(words))).toBe(isFound);
});

test.each([
  ['deployment=base', true],
  ['deployment=old', true],
  ['deployment=old&standing=applied', false],
  ['deployment=base&standing=applied', true],
  ['deployment=base&standing=failed', true],
  ['deployment=base&standing=succeeded', false],
  ['deployment=base&standing=healthy', false],
  ['deployment=base&standing=nonsense', true],
  ['deployment=none', false],
])('when the address asks for "%s", a device that failed under base is meant: %s', (search, isMeant) => {
  const { deployment, standing } = readFilter(search);
  expect(standsOn(row, deployment ?? '', standing)).toBe(isMeant);
});

test('when a filter is written as an address and read again, it is the same', () => {
  const filter = {
    state: 'failing',
    connected: true,
    deployment: 'a&b=c#d',
    standing: 'succeeded',
    words: 'x y',
    query: "tags.a = 'b&c#d' AND NOT tags.e",
  } as const;
  expect(readFilter(filterPath(filter).replace('/devices?', ''))).toEqual(filter);
  expect(filterPath({})).toBe('/devices');
  expect(filterPath({ connected: true })).toBe('/devices?connected=true');
  expect(readFilter('connected=1').connected).toBe(false);
});

test.each(["a'b", 'x%2Fy', '#?&=', 'Pump+1', 'a:b@c'])(
  'when a device is called %s, its address leads back to it',
  (id) => {
    expect(deviceIdOf(devicePath(id))).toBe(id);
  },
);

test('when an address does not decode, it names what was typed', () => {
  expect(deviceIdOf('/devices/%E0%A4%A')).toBe('%E0%A4%A');
  expect(deviceIdOf('/deployments')).toBeNull();
});

test.each([
  [200, 'Applied'],
  [400, 'Not understood'],
  [406, 'Agent not running'],
  [412, 'Wrong schema version'],
  [417, 'No configuration'],
  [500, 'Failed'],
  [999, 'Code 999'],
])('when the agent reports %d, it reads "%s"', (code, word) => {
  expect(runtimeCodeWords(code).word).toBe(word);
});

test('when a layer does not show on a device that matches, both reasons are told: written over, or no base below it', () => {
  const counts = { targetedCount: 6, appliedCount: 5, reportedSuccessfulCount: 5, reportedFailedCount: 0 };
  const text = sharesText({ ...counts, healthyCount: 5, type: 'layer' });
  expect(text).toMatch(/5 run it and are healthy/);
  expect(text).toMatch(/1 match.*higher layers write over.*or no base/);
});

test('when a deployment does not apply, the reason names the one that decided it', () => {
  const base = 'winner' as DeploymentId;
  expect(notAppliedWords({ reason: 'outranked', by: base })).toContain('winner');
  expect(notAppliedWords({ reason: 'priority-not-above-base', base })).toContain('winner');
  expect(notAppliedWords({ reason: 'no-base' })).toContain('no base');
  expect(notAppliedWords(null)).toContain('does not apply');
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_000, '1.0 KB'],
  [9_949, '9.9 KB'],
  [9_950, '10 KB'],
  [999_499, '999 KB'],
  [999_500, '1.0 MB'],
  [71_400_000, '71 MB'],
  [2_310_000_000, '2.3 GB'],
  [-5, '0 B'],
])('when there are %d bytes, it reads "%s"', (bytes, words) => {
  expect(bytesInWords(bytes)).toBe(words);
});

test('when not all of it is there, it is never a hundred per cent', () => {
  expect([shareInWords(0, 10), shareInWords(999, 1_000), shareInWords(10, 10), shareInWords(0, 0)]).toEqual([
    '0 %',
    '99 %',
    '100 %',
    '100 %',
  ]);
});

test.each([
  { repository: 'reg.local_5000/plant/web', digest: `sha256:${'a'.repeat(64)}` },
  { repository: 'web', digest: `sha256:${'0'.repeat(64)}` },
])('when an image lies at $repository, its address leads back to it', (place) => {
  expect(imageOf(imagePath(place))).toEqual(place);
});

test('when an address is none of an image, it names none', () => {
  for (const path of ['/images', '/images/at/web', '/images/at/web/sha256:1', '/images/ready'])
    expect(imageOf(path)).toBeNull();
});

test('when images are told of, names are shortened and made harmless', () => {
  const digest = `sha256:${'ab'.repeat(32)}`;
  expect(imageTitle({ name: 'nginx', tags: ['1', '2'] })).toBe('nginx:1');
  expect(imageTitle({ name: 'ngi\u202Enx', tags: [] })).toBe('ngi\uFFFDnx');
  expect(shortDigest(digest)).toBe('sha256:abababababab');
  expect(taskTitle({ kind: 'fetch', subject: 'a\u202Eb' })).toBe('Fetch a\uFFFDb');
  expect(originInWords({ kind: 'push', from: null, atMs: 1 })).toBe('Pushed');
  expect(originInWords({ kind: 'file', from: 'a\u0000.tar', atMs: 1 })).toBe('File a\uFFFD.tar');
});

test.each([
  [{ deploymentIds: null }, '/images/archive?deployments=all'],
  [{ deploymentIds: ['a&b'] }, '/images/archive?deployment=a%26b'],
  [{ images: [{ repository: 'a/b', digest: 'sha256:1' }] }, '/images/archive?repository=a%2Fb&digest=sha256%3A1'],
])('when %j is to be taken as one file, its address is %s', (what, address) => {
  expect(archiveAddress(what)).toBe(address);
});
