// The agent's process killed before and after every call by which it changes a set of modules on a real engine, for a set that
// is good and for one that is not: between any two calls each module runs once at most and never beside the other set's, and
// the next process ends within 30 s at all new or all old, with nothing left over. LANYARD_KILLS=all takes every call.
import { randomUUID } from 'node:crypto';
import Docker from 'dockerode';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { dockerDevice, type DockerDevice, type Moment } from '#test/support/docker-device.ts';
import type { Cut } from '#test/support/engine-proxy.ts';
import { eventually } from '#test/support/eventually.ts';
import {
  publishLayer,
  startLoopbackRegistry,
  whyNoRegistry,
  type LoopbackRegistry,
} from '#test/support/loopback-registry.ts';
import { importBusybox } from '#test/support/test-images.ts';

const socketPath = process.env['LANYARD_TEST_DOCKER'] ?? '';
const takesAll = process.env['LANYARD_KILLS'] === 'all';
const run = randomUUID().slice(0, 8);
const image = `lanyard-set-${run}:1`;
const limitMs = 30_000;

/** What the agent does to a set of which two modules change, one goes, one comes and one stays. */
const replacement = ['create 3', 'stop 3', 'rename 6', 'start 3', 'remove 3'];
const failure = ['create 3', 'stop 3', 'rename 6', 'start 3', 'stop 2', 'remove 3', 'rename 3', 'start 3'];

interface ModuleSet {
  readonly version: number;
  /** The module that the set before has not. */
  readonly guest: 'left' | 'right';
  readonly isGood: boolean;
  /** Of the two that change; the one that is there already when not given. */
  readonly images?: readonly [string, string];
}

const nameOf = (module: string): string => `${module}-${run}`;

const moduleOf = (
  version: number,
  command: readonly string[],
  settleSeconds: number,
  ownImage = image,
): JsonObject => ({
  settings: {
    image: ownImage,
    createOptions: JSON.stringify({
      Cmd: command,
      StopTimeout: 0,
      HostConfig: { NetworkMode: 'none' },
      Labels: { version: String(version), 'lanyard.settle-seconds': String(settleSeconds) },
    }),
  },
  restartPolicy: 'never',
});

function modulesOf({ version, guest, isGood, images }: ModuleSet): JsonObject {
  const sleep = ['sleep', '86400'];
  return {
    [nameOf('web')]: moduleOf(version, sleep, 0, images?.[0]),
    [nameOf('db')]: moduleOf(version, isGood ? sleep : ['false'], 1, images?.[1]),
    [nameOf(guest)]: moduleOf(version, sleep, 0),
    [nameOf('log')]: moduleOf(0, sleep, 0),
  };
}

const changing = ({ version, guest }: ModuleSet): readonly string[] =>
  ['web', 'db', guest].map((module) => `${nameOf(module)} ${version}`).toSorted();

/** What is wrong with the moment, in words. */
function faultsOf({ phase, running }: Moment, old: ModuleSet, coming: ModuleSet): readonly string[] {
  const names = running.map(({ module }) => module);
  const changed = running.map(({ module, version }) => `${module} ${version}`).filter((name) => !name.endsWith(' 0'));
  const [isOld = false, isNew = false] = [old, coming].map((set) => changed.toSorted().join() === changing(set).join());
  const mayBe = phase === null ? isOld || isNew : phase === 'stage' ? isOld : phase === 'commit' ? isNew : true;
  const versions = new Set(running.map(({ version }) => version).filter((version) => version !== '0'));
  const faults = {
    'a module runs twice': new Set(names).size !== names.length,
    'both sets run': versions.size > 1,
    'what stays does not run': !names.includes(nameOf('log')),
    'neither set runs whole outside the switch': !mayBe,
  };
  const said = Object.entries(faults).filter(([, isThere]) => isThere);
  return said.map(
    ([fault]) => `${fault} (${phase}): ${running.map(({ module, version }) => `${module} ${version}`).join(', ')}`,
  );
}

/** `create, create, stop` → `create 2, stop 1`. */
function counted(calls: readonly string[]): readonly string[] {
  const groups: { verb: string; count: number }[] = [];
  for (const verb of calls) {
    const last = groups.at(-1);
    if (last?.verb === verb) last.count += 1;
    else groups.push({ verb, count: 1 });
  }
  return groups.map(({ verb, count }) => `${verb} ${count}`);
}

function cutsOf(calls: readonly string[]): readonly Cut[] {
  const count = calls.reduce((sum, group) => sum + Number(group.split(' ')[1]), 0);
  const all = Array.from({ length: count }, (_, index) => index + 1).flatMap((call) =>
    (['before', 'after'] as const).map((when) => ({ call, when })),
  );
  return takesAll ? all : all.filter((_, index) => index % 7 === 3);
}

describe.skipIf(socketPath === '')('a set (needs LANYARD_TEST_DOCKER, the socket of a dockerd)', () => {
  const docker = new Docker({ socketPath: socketPath === '' ? '/nowhere' : socketPath });
  let device: DockerDevice;
  let good: ModuleSet = { version: 1, guest: 'left', isGood: true };
  let coming = good;
  let stayingId: string | undefined;
  let moments = 0;
  const faults: string[] = [];
  const images = [image];

  const standsWhole = (set: ModuleSet) =>
    [...changing(set), `${nameOf('log')} 0`].map((name) => `${name} running`).toSorted();

  async function ended(): Promise<string | undefined> {
    return eventually(async () => {
      const { trial, lastAttempt } = (await device.state()).course;
      if (trial !== null || lastAttempt?.version !== coming.version) throw new Error(`still at ${trial?.phase}`);
      return lastAttempt.verdict;
    }, limitMs);
  }

  /** The next version, as the agent finds it when it starts. */
  async function bring(isGood: boolean, own?: ModuleSet['images']): Promise<void> {
    const next = { version: coming.version + 1, guest: good.guest === 'left' ? 'right' : 'left', isGood } as const;
    coming = own === undefined ? next : { ...next, images: own };
    await device.want(coming.version, modulesOf(coming));
    device.start();
  }

  async function checkEnd(): Promise<void> {
    const isGood = coming.isGood;
    expect(await ended()).toBe(isGood ? 'done' : 'failed-rolled-back');
    good = isGood ? coming : good;
    expect(await device.standing()).toEqual(standsWhole(good));
    const { running } = await device.moment();
    expect(running.find(({ version }) => version === '0')?.id).toBe(stayingId);
    expect(faults).toEqual([]);
  }

  beforeAll(async () => {
    await importBusybox(docker, image, ['sleep', '86400']);
    const onMoment = (moment: Moment): void => {
      moments += 1;
      if (coming !== good) faults.push(...faultsOf(moment, good, coming));
    };
    device = await dockerDevice({ socketPath, deviceId: `set-${run}`, onMoment });
    await device.want(good.version, modulesOf(good));
    device.start();
    expect(await ended()).toBe('done');
    stayingId = (await device.moment()).running.find(({ version }) => version === '0')?.id;
    await device.kill();
  });
  afterEach(async () => {
    await device.kill();
    faults.length = 0;
  });
  afterAll(async () => {
    await device.end();
    for (const name of images) await docker.getImage(name).remove({ force: true });
  });

  test.each([
    { title: 'good', isGood: true, calls: replacement },
    { title: 'bad', isGood: false, calls: failure },
  ])('when a $title one comes and nobody is killed, these are the calls', async ({ isGood, calls }) => {
    await bring(isGood);
    await ended();
    expect(counted(device.proxy.passed)).toEqual(calls);
    await checkEnd();
  });

  async function killAt(cut: Cut, isGood: boolean, own?: ModuleSet['images']): Promise<void> {
    const reached = device.proxy.cutAt(cut);
    const before = moments;
    await bring(isGood, own);
    await reached;
    await device.kill();
    const startedAtMs = performance.now();
    device.start();
    await ended();
    expect(performance.now() - startedAtMs).toBeLessThan(limitMs);
    expect(moments).toBeGreaterThan(before);
    await checkEnd();
  }

  test.each(cutsOf(replacement))('when the agent is killed $when call $call of a good one, all is new', async (cut) => {
    await killAt(cut, true);
  });

  test.each(cutsOf(failure))('when the agent is killed $when call $call of a bad one, all is old', async (cut) => {
    await killAt(cut, false);
  });

  const pulls = [1, 2].flatMap((call) =>
    (['before', 'amid', 'after'] as const).map((when) => ({ call, when, verb: 'pull' })),
  );

  describe.skipIf(whyNoRegistry !== null)(
    `whose images come from afar${whyNoRegistry === null ? '' : ` (${whyNoRegistry})`}`,
    () => {
      let registry: LoopbackRegistry;

      beforeAll(async () => {
        registry = await startLoopbackRegistry();
      });
      afterAll(async () => {
        await registry.stop();
      });

      async function publish(name: string): Promise<string> {
        const reference = `${registry.address}/${name}-${run}:${coming.version + 1}`;
        await publishLayer(docker, { from: image, reference, bytes: 2_000_000 });
        await docker.getImage(reference).remove({ force: true });
        images.push(reference);
        return reference;
      }

      test.each(pulls)('when the agent is killed $when $verb $call, all is new', async (cut) => {
        await killAt(cut, true, [await publish('web'), await publish('db')]);
      });
    },
  );
});
