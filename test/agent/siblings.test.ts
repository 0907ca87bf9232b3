// Devices that help each other: real proxies, a real hub, real TLS, and what the hub sent is counted.
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventually } from '#test/support/eventually.ts';
import type { SiblingDevice } from '#test/support/sibling-device.ts';
import { layerBytes, siblingSite } from '#test/support/sibling-site.ts';

const set = siblingSite();

async function devices(count: number): Promise<readonly SiblingDevice[]> {
  const all = await Promise.all(Array.from({ length: count }, (_, at) => set.site.device(`device-${at}`)));
  await eventually(() => {
    for (const { siblings, name } of all)
      expect([name, siblings.headersFor('')['lanyard-siblings']]).not.toEqual([name, 'none']);
  });
  return all;
}

async function holds(...all: readonly SiblingDevice[]): Promise<void> {
  await eventually(async () => {
    const { siblings } = await set.site.shares.operations.imageShares();
    const names = siblings.filter(({ holds }) => holds > 0).map(({ deviceId }) => deviceId);
    for (const { name } of all) expect(names).toContain(name);
  });
}

test('when forty pulls of one layer come at once, the hub sends it twice, and everybody has it bit by bit', async () => {
  const { site } = set;
  const all = await devices(40);
  const pulled = await Promise.all(all.map((device) => device.pull(site.layer)));
  for (const bytes of pulled) expect(bytes.equals(site.layer.bytes)).toBe(true);
  expect(site.sentByHub() / layerBytes).toBeLessThanOrEqual(3);
  const view = await site.shares.operations.imageShares();
  expect(view.leftToSiblings.blobs).toBeGreaterThanOrEqual(37);
});

test('when the hub has no slot, a pull is held open, told that it is heard, and goes on when one is free', async () => {
  const { site } = set;
  await site.shares.operations.setImageShares({ siblings: 'off', pullsAtOnce: 1 });
  const [first, second] = [await site.device('first'), await site.device('second')];
  const { promise: goOn, resolve } = Promise.withResolvers<undefined>();
  site.onHubChunk = (digest) => (digest === site.layer.digest ? goOn : undefined);
  const pulls = [first.pull(site.layer)];
  await eventually(async () => expect((await site.shares.operations.imageShares()).sending).toBe(1));
  pulls.push(second.pull(site.layer));
  await eventually(async () => expect((await site.shares.operations.imageShares()).waiting).toBe(1));
  await eventually(() => expect(second.signsOfLife()).toBeGreaterThan(0));
  expect(site.begins).toEqual([0]);
  resolve(undefined);
  for (const bytes of await Promise.all(pulls)) expect(bytes.equals(site.layer.bytes)).toBe(true);
  expect(site.begins).toEqual([0, 0]);
});

test('when a neighbour is killed in mid-transfer, the rest comes from the hub, and only the rest', async () => {
  const { site } = set;
  const [giver, taker] = (await devices(2)) as [SiblingDevice, SiblingDevice];
  await giver.pull(site.layer);
  await holds(giver);
  const before = site.sentByHub();
  const killing: Promise<void>[] = [];
  const bytes = await taker.pull(site.layer, () => {
    if (killing.length === 0) killing.push(giver.stop());
  });
  await Promise.all(killing);
  expect(bytes.equals(site.layer.bytes)).toBe(true);
  const rest = site.sentByHub() - before;
  expect(rest).toBeGreaterThan(0);
  expect(rest).toBeLessThan(layerBytes);
  expect(site.begins).toEqual([0, layerBytes - rest]);
});

test('when a neighbour is gone before it is asked, the hub gives all, and sends nobody there for a while', async () => {
  const { site } = set;
  const [giver, taker, third] = (await devices(3)) as [SiblingDevice, SiblingDevice, SiblingDevice];
  await giver.pull(site.layer);
  await holds(giver);
  await giver.stop();
  expect((await taker.pull(site.layer)).equals(site.layer.bytes)).toBe(true);
  await holds(taker);
  expect((await third.pull(site.layer)).equals(site.layer.bytes)).toBe(true);
  const { siblings } = await site.shares.operations.imageShares();
  expect(siblings.find(({ deviceId }) => deviceId === giver.name)?.passedOverFor).toBe('gone');
  expect(site.sentByHub()).toBe(2 * layerBytes);
});

test('when a layer that a neighbour keeps was damaged, nobody gets a wrong byte, and the neighbour drops it', async () => {
  const { site } = set;
  const [giver, taker] = (await devices(2)) as [SiblingDevice, SiblingDevice];
  await giver.pull(site.layer);
  await holds(giver);
  const bad = Buffer.from(site.layer.bytes);
  bad[layerBytes / 2] = (bad[layerBytes / 2] ?? 0) ^ 1;
  writeFileSync(join(giver.stateDir, 'layers', site.layer.digest.slice('sha256:'.length)), bad);
  expect((await taker.pull(site.layer)).equals(site.layer.bytes)).toBe(true);
  await eventually(async () => {
    const { siblings } = await site.shares.operations.imageShares();
    expect(siblings.map(({ deviceId }) => deviceId)).toEqual([taker.name]);
  });
});

const hostile: readonly {
  readonly what: string;
  readonly answer: (layer: Buffer) => RequestListener;
  readonly fault: string;
}[] = [
  {
    what: 'sends other bytes',
    answer: () => (_request, response) =>
      void response.writeHead(200, { 'content-length': layerBytes }).end(Buffer.alloc(layerBytes, 7)),
    fault: 'wrong',
  },
  {
    what: 'sends the right bytes and a wrong last one',
    answer: (layer) => (_request, response) =>
      void response
        .writeHead(200, { 'content-length': layerBytes })
        .end(Buffer.concat([layer.subarray(0, -1), Buffer.from([(layer.at(-1) ?? 0) ^ 1])])),
    fault: 'wrong',
  },
  {
    what: 'has no end',
    answer: () => (_request, response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', more);
      more();
    },
    fault: 'wrong',
  },
  {
    what: 'announces more than is due',
    answer: () => (_request, response) => response.writeHead(200, { 'content-length': 1e12 }).flushHeaders(),
    fault: 'wrong',
  },
  {
    what: 'sends somewhere else',
    answer: () => (_request, response) => void response.writeHead(307, { location: 'https://127.0.0.1:1/' }).end(),
    fault: 'gone',
  },
  { what: 'has no time', answer: () => (_request, response) => void response.writeHead(503).end(), fault: 'busy' },
  { what: 'hangs up', answer: () => (request) => void request.socket.destroy(), fault: 'gone' },
  {
    what: 'talks no HTTP',
    answer: () => (request) => void request.socket.end(Buffer.alloc(100_000, 'x')),
    fault: 'gone',
  },
];

test.each(hostile)(
  'when a neighbour $what, the layer comes right all the same and the hub hears of it',
  async ({ answer, fault }) => {
    const { site } = set;
    const [taker] = (await devices(1)) as [SiblingDevice];
    const evil = await site.hostile('evil', answer(site.layer.bytes));
    expect((await taker.pull(site.layer)).equals(site.layer.bytes)).toBe(true);
    expect(evil.asked).toHaveLength(1);
    expect(site.sentByHub()).toBe(layerBytes);
    await holds(taker);
    const { siblings } = await site.shares.operations.imageShares();
    const row = siblings.find(({ deviceId }) => deviceId === 'evil');
    // One that lied holds nothing any more in the eyes of the hub.
    expect(row?.passedOverFor ?? 'wrong').toBe(fault);
  },
);

test('when the site does not want it, no port is opened and no layer kept; taken back, what was kept goes', async () => {
  const { site } = set;
  await site.shares.operations.setImageShares({ siblings: 'off' });
  const device = await site.device('device-0');
  await device.pull(site.layer);
  expect(device.siblings.headersFor('')).toEqual({ 'lanyard-siblings': 'none' });
  expect(existsSync(join(device.stateDir, 'layers'))).toBe(false);
  await site.shares.operations.setImageShares({ siblings: 'on' });
  // It hears of it with the next layer that it asks for.
  await device.pull(site.layer);
  await eventually(() => expect(device.siblings.headersFor('')['lanyard-siblings']).toHaveLength(64));
  await device.pull(site.layer);
  await holds(device);
  await site.shares.operations.setImageShares({ siblings: 'off' });
  await device.pull(site.layer);
  await eventually(() => expect(readdirSync(join(device.stateDir, 'layers'))).toEqual([]));
  expect((await site.shares.operations.imageShares()).siblings).toEqual([]);
});

test('when the owner of the device does not want it, the site cannot have it', async () => {
  const { site } = set;
  const device = await site.device('device-0', { mostCacheBytes: 0 });
  await device.pull(site.layer);
  await device.pull(site.layer);
  expect(device.siblings.headersFor('')).toEqual({ 'lanyard-siblings': 'none' });
  expect(existsSync(join(device.stateDir, 'layers'))).toBe(false);
});

test('when a device starts again, it passes on what it kept before', async () => {
  const { site } = set;
  const [first] = (await devices(1)) as [SiblingDevice];
  await first.pull(site.layer);
  await holds(first);
  await first.stop();
  const again = await site.device('again', { stateDir: first.stateDir });
  await holds(again);
  const taker = await site.device('taker');
  await eventually(() => expect(taker.siblings.headersFor('')['lanyard-siblings']).toHaveLength(64));
  expect((await taker.pull(site.layer)).equals(site.layer.bytes)).toBe(true);
  expect((await site.shares.operations.imageShares()).leftToSiblings.blobs).toBeGreaterThan(0);
});
