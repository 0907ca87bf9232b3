// How a preview goes: beside the hub's other work, until it is cancelled or forgotten, and without a trace on disk.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createPreviewOperations } from '#hub/preview/preview.ts';
import { createRegistryOperations } from '#hub/operations/registry-operations.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { aBase, deviceId } from '#test/support/hub-parts.ts';
import { creation, previewSite } from '#test/support/preview-site.ts';
import { aStoreIn, aTemporaryFolder } from '#test/support/test-store.ts';

const site = previewSite();
const { parts, addDevices, preview } = site;

test('when a preview is cancelled, it ends; the next one is answered', async () => {
  addDevices(3);
  const leaving = new AbortController();
  const cancelled = site.previews.preview([creation(aBase('base'))], leaving.signal);
  const next = site.previews.preview([creation(aBase('base'))]);
  leaving.abort();
  await expect(cancelled).rejects.toMatchObject({ code: 'preview.cancelled' });
  expect(await next).toMatchObject({ ok: true, counts: { changed: 3 } });
});

const ask = (previewId: number, group: number) => () =>
  site.previews.previewDevices({ previewId, group, after: null, limit: 5 });

test('when a preview is no longer kept, its devices are refused', async () => {
  addDevices(1);
  const first = await preview(creation(aBase('base')));
  expect(ask(first.previewId, 0)().deviceIds).toEqual(['d000']);
  expect(ask(first.previewId, 1)).toThrow(expect.objectContaining({ code: 'preview.gone' }));
  for (let at = 0; at < 8; at += 1) await preview(creation(aBase('base')));
  expect(ask(first.previewId, 0)).toThrow(expect.objectContaining({ code: 'preview.gone' }));
});

test('when time is up after every device, the event loop runs on between them, and the answer is of one moment', async () => {
  addDevices(20);
  let nowMs = 0;
  const slow = createPreviewOperations({
    store: parts.store,
    clock: { ...parts.clock, monotonicMs: () => (nowMs += 5) },
  });
  const asOf = parts.store.read.journal.lastSeq();
  let turns = 0;
  const tick = (): void => {
    turns += 1;
    // The fleet changes while it is looked at.
    if (turns === 3) parts.registry.deleteDevice(deviceId('d019'), '*', 'service');
    if (turns < 30) setImmediate(tick);
  };
  setImmediate(tick);
  const answer = await slow.preview([creation(aBase('base'))]);
  expect(turns).toBeGreaterThan(10);
  expect(answer).toMatchObject({ ok: true, asOf, counts: { devices: 20, changed: 20 } });
});

test('when tags of many devices would change, the event loop runs on between these devices too', async () => {
  addDevices(30);
  let nowMs = 0;
  const slow = createPreviewOperations({
    store: parts.store,
    clock: { ...parts.clock, monotonicMs: () => (nowMs += 5) },
  });
  let turns = 0;
  let isOver = false;
  const tick = (): void => {
    turns += 1;
    if (!isOver) setImmediate(tick);
  };
  setImmediate(tick);
  const known = parts.store.read.devices.ids({ after: undefined, limit: 100 });
  // With one that is unknown nothing but the tags is looked at.
  const answer = await slow.preview([{ kind: 'tag', deviceIds: [...known, 'unknown'], patch: { ring: 1 } }]);
  isOver = true;
  expect(answer).toMatchObject({ ok: false, problems: [{ code: 'device.unknown' }] });
  expect(turns).toBeGreaterThan(30);
});

test('when a site on disk is previewed, not a byte of its files changes', async () => {
  const dir = aTemporaryFolder();
  const clock = createFakeClock();
  const store = aStoreIn(dir, { clock });
  const registry = createRegistryOperations({ store, clock });
  for (const id of ['a', 'b']) registry.createDevice({ deviceId: deviceId(id), isEdge: true }, 'service');
  const digest = () =>
    readdirSync(dir, { withFileTypes: true })
      // The shared-memory index holds readers' marks; it is no part of what is kept.
      .filter((entry) => entry.isFile() && !entry.name.endsWith('-shm'))
      .map(({ name }) => [
        name,
        createHash('sha256')
          .update(readFileSync(join(dir, name)))
          .digest('hex'),
      ]);
  const before = digest();
  const answer = await createPreviewOperations({ store, clock }).preview([creation(aBase('base'))]);
  expect(answer).toMatchObject({ ok: true, counts: { changed: 2 } });
  expect(digest()).toEqual(before);
  expect(before.length).toBeGreaterThan(1);
});
