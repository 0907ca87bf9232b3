// The agent's look at its device, over a fake engine: what it sees, and what it leaves open rather than to be late.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listeningPorts } from '#agent/listening-ports.ts';
import { createPreflightLook } from '#agent/preflight.ts';
import { createSimulatedEngine } from '#agent/simulated-engine.ts';
import { unready } from '#base/errors.ts';
import type { HostPort } from '#domain/manifests/host-port.ts';
import type { PreflightSight } from '#domain/rollouts/preflight.ts';
import { createFakeClock, type FakeClock } from '#test/support/fake-clock.ts';
import { createFakeEngine, type FakeEngine } from '#test/support/fake-engine.ts';

let clock: FakeClock;
let engine: FakeEngine;
let open: HostPort[];
let look: (body: unknown) => Promise<PreflightSight>;
beforeEach(() => {
  clock = createFakeClock();
  engine = createFakeEngine(() => clock.nowMs());
  open = [];
  look = createPreflightLook({ engine, clock, listening: () => Promise.resolve(open) });
});

const tcp = (port: number, address = ''): HostPort => ({ port, protocol: 'tcp', address });
const aModule = (name: string, image: string, more: object = {}): object => ({ name, image, ...more });
const row = (at: number, local: string, state: string): string =>
  `  ${at}: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0`;
const held = new Promise<never>(() => undefined);

describe('a look', () => {
  test('when images are there, can be had, or not, it tells each once', async () => {
    engine.images.add('here:1').add('other:1');
    engine.platforms.set('other:1', 'linux/s390x');
    engine.registry.add('there:1');
    const modules = ['here:1', 'other:1', 'there:1', 'nowhere:1', 'there:1'].map((image, at) =>
      aModule(`m${at}`, image),
    );
    const kept = aModule('kept', 'nowhere:2', { pullPolicy: 'never' });
    expect(await look({ modules: [...modules, kept] })).toEqual({
      platform: 'linux/amd64',
      freeBytes: null,
      takenPorts: [],
      arePortsSeen: true,
      images: [
        { image: 'here:1', state: 'present', platforms: [] },
        { image: 'other:1', state: 'present', platforms: ['linux/s390x'] },
        { image: 'there:1', state: 'offered', platforms: ['linux/amd64'], sizeBytes: null },
        { image: 'nowhere:1', state: 'unobtainable', reason: 'manifest unknown.' },
        { image: 'nowhere:2', state: 'absent' },
      ],
    });
    expect(engine.machine.asked.map(({ image }) => image)).toEqual(['there:1', 'nowhere:1']);
  });

  test('when a registry wants a credential, it is asked with the one of its address', async () => {
    const credential = { address: 'cr.site', username: 'u', password: 'p' };
    const modules = [aModule('a', 'cr.site/a:1'), aModule('b', 'b:1')];
    await look({ modules, registryCredentials: [credential] });
    expect(engine.machine.asked.map((asked) => asked.credential)).toEqual([credential, null]);
  });

  test('when the same is asked again, an offer holds for ten minutes, and a refusal does not', async () => {
    engine.registry.add('there:1');
    const request = { modules: [aModule('a', 'there:1'), aModule('b', 'nowhere:1')] };
    const askedOf = (): readonly string[] => engine.machine.asked.splice(0).map(({ image }) => image);
    await look(request);
    expect(askedOf()).toEqual(['there:1', 'nowhere:1']);
    engine.registry.add('nowhere:1');
    clock.advance(599_999);
    expect((await look(request)).images[1]).toMatchObject({ state: 'offered' });
    expect(askedOf()).toEqual(['nowhere:1']);
    clock.advance(1);
    await look(request);
    expect(askedOf()).toEqual(['there:1']);
  });

  test('when many images are asked for, eight are at once, and the oldest offers are forgotten', async () => {
    const images = Array.from({ length: 300 }, (_, at) => `many:${at}`);
    for (const image of images) engine.registry.add(image);
    const request = { modules: images.map((image, at) => aModule(`m${at}`, image)) };
    await look(request);
    expect(engine.machine.asked.splice(0)).toHaveLength(256);
    await look({ modules: [aModule('more', 'many:299')] });
    await look({ modules: [aModule('new', 'many:255'), aModule('old', 'many:0')] });
    expect(engine.machine.asked.map(({ image }) => image)).toEqual(['many:299', 'many:0']);
    for (const image of images) engine.machine.offers.set(image, held);
    engine.machine.asked.splice(0);
    clock.advance(600_000);
    const looking = look(request);
    await new Promise((resolve) => setImmediate(resolve));
    expect(engine.machine.asked).toHaveLength(8);
    clock.advance(14_000);
    expect((await looking).images.every(({ state }) => state === 'absent')).toBe(true);
  });

  test('when the disk is asked, it tells what is free where images are', async () => {
    engine.machine.root = tmpdir();
    expect((await look({ modules: [] })).freeBytes).toBeGreaterThan(0);
    engine.machine.root = '/nowhere/at/all';
    expect((await look({ modules: [] })).freeBytes).toBe(null);
  });

  test('when the engine does not say what it is, the rest is told', async () => {
    engine.images.add('here:1');
    engine.describe = () => Promise.reject(unready('agent.engine', 'no'));
    engine.machine.dataRoot = () => held;
    const looking = look({ modules: [aModule('a', 'here:1')] });
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(14_000);
    expect(await looking).toMatchObject({ platform: null, freeBytes: null, images: [{ state: 'present' }] });
  });

  test('when the engine hangs or fails, it says so and knows nothing', async () => {
    engine.presentImages = () => held;
    const looking = look({ modules: [] });
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(14_000);
    await expect(looking).rejects.toMatchObject({ kind: 'unready', code: 'agent.engine' });
    engine.presentImages = () => Promise.reject(unready('agent.engine', 'it is not running.'));
    await expect(look({ modules: [] })).rejects.toThrow('it is not running.');
  });

  test('when ports are wanted, it tells who else has them', async () => {
    engine.machine.ports.push({ ...tcp(80, '0.0.0.0'), container: 'nginx', isOwn: false });
    engine.machine.ports.push({ ...tcp(81, '0.0.0.0'), container: 'web', isOwn: true });
    open = [tcp(80, '0.0.0.0'), tcp(81, '0.0.0.0'), tcp(82, '127.0.0.1'), tcp(83, '127.0.0.1')];
    const hostPorts = [tcp(80), tcp(81), tcp(82), tcp(82, '10.0.0.1'), tcp(84), { ...tcp(83), protocol: 'udp' }];
    const modules = [aModule('web', 'a:1', { hostPorts }), aModule('web2', 'a:1', { hostPorts: [tcp(80)] })];
    expect((await look({ modules })).takenPorts).toEqual([
      { ...tcp(80), container: 'nginx' },
      { ...tcp(82), container: null },
    ]);
    engine.machine.publishedPorts = () => Promise.reject(unready('agent.engine', 'no'));
    expect(await look({ modules })).toMatchObject({ takenPorts: [], arePortsSeen: false });
  });

  test('when the engine is simulated, registries give what its images say', async () => {
    const images = { 'gone:1': { pullError: 'manifest unknown.' }, web: { sizeBytes: 7 } };
    const simulated = createSimulatedEngine({ clock, seed: 1, images });
    const sight = await createPreflightLook({ engine: simulated, clock })({
      modules: [aModule('gone', 'gone:1'), aModule('web', 'web:1', { hostPorts: [tcp(1)] })],
    });
    expect(sight).toEqual({
      platform: 'linux/amd64',
      freeBytes: null,
      takenPorts: [],
      arePortsSeen: true,
      images: [
        { image: 'gone:1', state: 'unobtainable', reason: 'manifest unknown.' },
        { image: 'web:1', state: 'offered', platforms: ['linux/amd64'], sizeBytes: 7 },
      ],
    });
  });

  test.each<[string, unknown]>([
    ['no payload', null],
    ['a module without an image', { modules: [{ name: 'a' }] }],
    ['an image that leads elsewhere', { modules: [aModule('a', '../../containers/json?x=')] }],
    ['a port that is none', { modules: [aModule('a', 'a:1', { hostPorts: [tcp(0)] })] }],
    ['too many modules', { modules: Array.from({ length: 1001 }, (_, at) => aModule(`m${at}`, 'a:1')) }],
  ])('when it is sent %s, it refuses that', async (_title, body) => {
    await expect(look(body)).rejects.toMatchObject({ kind: 'refused', code: 'request.invalid' });
    expect(engine.machine.asked).toEqual([]);
  });
});

describe('listening ports', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'proc-net-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  test('when sockets listen, each is told with its address, and others are not', async () => {
    const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
    const tables = {
      tcp: [head, row(0, '0100007F:1F90', '0A'), row(1, '00000000:0016', '0A'), row(2, '0100007F:1F91', '01')],
      tcp6: [
        head,
        row(0, '00000000000000000000000000000000:01BB', '0A'),
        row(1, '00000000000000000000000001000000:0050', '0A'),
        row(2, '0000000000000000FFFF00000100007F:0051', '0A'),
        row(3, 'B80D0120000000000000000001000000:0052', '0A'),
      ],
      udp: [head, row(0, '0100007F:0035', '07'), row(1, '0100007F:0036', '01')],
    };
    for (const [table, lines] of Object.entries(tables)) await writeFile(join(dir, table), lines.join('\n'));
    expect(await listeningPorts(dir)).toEqual([
      tcp(8080, '127.0.0.1'),
      tcp(22, '0.0.0.0'),
      tcp(443, '::'),
      tcp(80, '::1'),
      tcp(81, '127.0.0.1'),
      tcp(82, '2001:db8::1'),
      { port: 53, protocol: 'udp', address: '127.0.0.1' },
    ]);
  });

  test('when the machine has no such tables, nothing is known to listen', async () => {
    expect(await listeningPorts(dir)).toEqual([]);
  });
});
