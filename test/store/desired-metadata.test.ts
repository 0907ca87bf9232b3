// A section that bears one stamp is kept with that stamp alone, and nobody who reads it can tell.
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { patchSection, replaceSection } from '#domain/values/twin-change.ts';
import type { TwinSection } from '#domain/values/twin.ts';
import { metadataFromColumn, metadataToColumn } from '#store/desired-metadata.ts';
import { aMemoryStore, aStoredTwin, putDevice } from '#test/support/test-store.ts';

const change = { nowIso: '2026-01-02T03:04:05.678Z', section: 'desired' } as const;
const odd = JSON.parse('{"__proto__":{"a":1},"constructor":{"b":{"c":[{"d":1}]}},"n":1,"e":{}}') as JsonObject;
const stamp = '["2026-01-02T03:04:05.678Z",5]';

function accepted(result: ReturnType<typeof replaceSection>): TwinSection {
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
}

const replaced = accepted(replaceSection({ version: 4 }, odd, change));
const patched = accepted(patchSection(replaced, { n: 2 }, { ...change, nowIso: '2026-02-02T00:00:00.000Z' }));

describe('the metadata of a desired section', () => {
  it.each([
    ['was replaced whole', replaced, stamp],
    ['was replaced by nothing', accepted(replaceSection({ version: 4 }, {}, change)), stamp],
    ['was patched since', patched, JSON.stringify(patched.metadata)],
    ['bears no version', { value: { a: 1 }, metadata: { $lastUpdated: 'x' } }, '{"$lastUpdated":"x"}'],
    ['bears no metadata', { value: { a: 1 }, metadata: {} }, '{}'],
  ])('when the section %s, its column reads back as it was', (_, section, column) => {
    expect(metadataToColumn(section)).toBe(column);
    expect(JSON.stringify(metadataFromColumn(column, section.value))).toBe(JSON.stringify(section.metadata));
  });

  it('when one place bears another stamp, all of them are kept', () => {
    const metadata = { ...replaced.metadata, n: { $lastUpdated: 'x', $lastUpdatedVersion: 5 } };
    expect(metadataToColumn({ value: odd, metadata })).toBe(JSON.stringify(metadata));
  });

  it('when a query asks for it, the answer is what the twin shows', () => {
    const store = aMemoryStore();
    putDevice(store);
    for (const desired of [replaced, patched]) {
      store.change((write) => write.twins.update(aStoredTwin({ desired })));
      const paths = [['$metadata'], ['$metadata', 'constructor', 'b', '$lastUpdated'], []];
      const wanted = paths.map((segments) => ({ root: 'desired', segments }) as const);
      const walk = store.read.queries.open({ from: 'devices', where: null, paths: wanted });
      const [row = ['', '']] = walk.next(null, 10).rows;
      const { value, metadata, version } = desired;
      expect(wanted.map((path) => walk.readerOf(path)(row))).toEqual(
        [metadata, change.nowIso, { ...value, $metadata: metadata, $version: version }].map(plain),
      );
    }
  });
});

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
