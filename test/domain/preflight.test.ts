// What stands in the way of a device, as sentences: from what it would get and what it saw.
import { describe, expect, test } from 'vitest';
import { clash, type HostPort } from '#domain/manifests/host-port.ts';
import { fitsPlatform, platformText } from '#domain/manifests/platform.ts';
import { plainText } from '#domain/values/plain-text.ts';
import { judgeSight, type ImageSight, type PreflightSight } from '#domain/rollouts/preflight.ts';
import type { PreflightModule } from '#domain/rollouts/preflight-request.ts';
import { aModule, aPort, aSight, offered, present } from '#test/support/preflight-sight.ts';

const judge = (modules: readonly PreflightModule[], sight: Partial<PreflightSight>) =>
  judgeSight({ modules, registryCredentials: [] }, aSight(sight)).answer;
const obstaclesOf = (modules: readonly PreflightModule[], sight: Partial<PreflightSight>): readonly string[] => {
  const answer = judge(modules, sight);
  return answer.kind === 'wait' ? answer.obstacles : [];
};

const remedyForDisk =
  'make room there by removing images and containers that it does not need, or give it a larger disk.';
const remedyForImage = 'Bring it to the device (docker load), or into a registry that the device reaches.';

describe('judgeSight', () => {
  const ways: [string, readonly PreflightModule[], Partial<PreflightSight>][] = [
    ['the image is there', [aModule()], { images: [present()] }],
    ['the image is offered and there is room', [aModule()], { images: [offered()] }],
    ['nothing is said of the image', [aModule()], {}],
    ['the device says nothing of its disk', [aModule()], { images: [offered()], freeBytes: null }],
    [
      'the device does not say what it is',
      [aModule()],
      { platform: null, images: [present('web:2', ['linux/s390x'])] },
    ],
    ['the image does not say what it is for', [aModule()], { images: [present('web:2', [])] }],
    ['one of several platforms fits', [aModule()], { images: [present('web:2', ['linux/arm', 'linux/386'])] }],
    ['the disk is nearly full and nothing is lacking', [aModule()], { images: [present()], freeBytes: 1 }],
    ['a small image of known size fits', [aModule()], { images: [offered('web:2', 1e6)], freeBytes: 2e6 }],
    [
      'the old image goes first',
      [aModule({ strategy: 'delete-then-download' })],
      { images: [offered()], freeBytes: 1e6 },
    ],
    [
      'another port is taken',
      [aModule({ hostPorts: [aPort()] })],
      { takenPorts: [{ ...aPort({ port: 80 }), container: null }] },
    ],
    [
      'another protocol or address of the port is taken',
      [aModule({ hostPorts: [aPort({ address: '10.0.0.1' })] })],
      {
        takenPorts: [
          { ...aPort({ protocol: 'udp', address: '10.0.0.1' }), container: null },
          { ...aPort({ address: '10.0.0.2' }), container: null },
        ],
      },
    ],
    [
      'modules want one port of two addresses',
      [
        aModule({ hostPorts: [aPort({ address: '10.0.0.1' })] }),
        aModule({ name: 'web2', hostPorts: [aPort({ address: '10.0.0.2' }), aPort({ protocol: 'udp' })] }),
      ],
      {},
    ],
    ['nobody was asked for the image', [aModule()], { images: [{ image: 'web:2', state: 'absent' }] }],
  ];
  test.each(ways)('when %s, it may go', (_title, modules, sight) => {
    expect(judge(modules, sight)).toEqual({ kind: 'go' });
  });

  test('when every platform of an image is another, it never can', () => {
    const images = [present(), { ...offered('db:1'), platforms: ['linux/arm64', 'linux/arm', 'windows/amd64'] }];
    const modules = [aModule(), aModule({ name: 'db', image: 'db:1' }), aModule({ name: 'db2', image: 'db:1' })];
    expect(judge(modules, { images })).toEqual({
      kind: 'never',
      reason:
        "Image 'db:1' of modules 'db' and 'db2' is for linux/arm64, linux/arm and windows/amd64, and the device is linux/amd64: deploy one for it.",
    });
  });

  test('when an image cannot be obtained, it says why and what to do, once for all its modules', () => {
    const images: ImageSight[] = [{ image: 'web:2', state: 'unobtainable', reason: 'manifest\nunknown..' }];
    expect(obstaclesOf([aModule(), aModule({ name: 'web2' })], { images })).toEqual([
      `Image 'web:2' of modules 'web' and 'web2' is not on the device and cannot be pulled: manifest unknown. ${remedyForImage}`,
    ]);
  });

  test.each<ImageSight>([
    { image: 'web:2', state: 'absent' },
    { image: 'web:2', state: 'unobtainable', reason: 'no' },
    offered(),
  ])('when an image may not be pulled and is $state, it is to be brought', (image) => {
    expect(obstaclesOf([aModule({ pullPolicy: 'never' })], { images: [image], freeBytes: 1 })).toEqual([
      "Image 'web:2' of module 'web' is not on the device, and its imagePullPolicy is never: bring the image to the device (docker load), or let it be pulled.",
    ]);
  });

  test.each<[number, number | null, string]>([
    [
      120e6,
      300e6,
      'It has 120 MB free where its container engine keeps images, and needs about 300 MB for those it lacks',
    ],
    [
      1.2e9,
      3.26e9,
      'It has 1.2 GB free where its container engine keeps images, and needs about 3.3 GB for those it lacks',
    ],
    [
      199e6,
      null,
      'It has 199 MB free where its container engine keeps images, and lacks images whose size is not known: below 200 MB none is begun',
    ],
  ])('when %d bytes are free and %s are needed, it says so', (freeBytes, sizeBytes, sentence) => {
    const remedy = sizeBytes === null ? `; ${remedyForDisk}` : `: ${remedyForDisk}`;
    const images = [offered('web:2', sizeBytes)];
    expect(obstaclesOf([aModule()], { images, freeBytes })).toEqual([`${sentence}${remedy}`]);
  });

  test('when exactly enough is free, it may go', () => {
    const both = [aModule(), aModule({ name: 'db', image: 'db:1' })];
    const images = [offered('web:2', 1e6), offered('db:1', 2e6)];
    expect(judge(both, { images, freeBytes: 3e6 })).toEqual({ kind: 'go' });
    expect(judge(both, { images, freeBytes: 3e6 - 1 }).kind).toBe('wait');
    expect(judge([aModule()], { images: [offered()], freeBytes: 200e6 })).toEqual({ kind: 'go' });
  });

  test.each<[HostPort, string | null, string]>([
    [aPort(), 'nginx', "Port 8080/tcp, which module 'web' wants, is taken by container 'nginx': stop that"],
    [
      aPort({ address: '10.0.0.1', protocol: 'udp' }),
      null,
      "Port 8080/udp of 10.0.0.1, which module 'web' wants, is taken by another program of the device: end that",
    ],
    [
      aPort({ address: '0.0.0.0' }),
      'a\u0007b',
      "Port 8080/tcp, which module 'web' wants, is taken by container 'a b': stop that",
    ],
  ])('when port %j is taken by %s, it says by whom', (port, container, sentence) => {
    const takenPorts = [{ ...port, container }];
    expect(obstaclesOf([aModule({ hostPorts: [port] })], { takenPorts })).toEqual([
      `${sentence}, or choose another port.`,
    ]);
  });

  test.each(['', '0.0.0.0', '::', '10.0.0.1'])(
    'when two modules want one port, at "%s" too, it says which',
    (address) => {
      const modules = [
        aModule({ hostPorts: [aPort({ address: '10.0.0.1' }), aPort({ address })] }),
        aModule({ name: 'web2', hostPorts: [aPort({ address })] }),
      ];
      const at = address === '10.0.0.1' ? ' of 10.0.0.1' : '';
      expect(obstaclesOf(modules, {})).toEqual([
        `Modules 'web' and 'web2' both want port 8080/tcp${at}: give one of them another.`,
      ]);
      expect(obstaclesOf(modules.toReversed(), {})).toHaveLength(2);
    },
  );

  test('when much stands in the way, all of it is told, images before disk before ports', () => {
    const modules = [
      aModule({ hostPorts: [aPort()] }),
      aModule({ name: 'db', image: 'db:1', hostPorts: [aPort({ port: 1 })] }),
    ];
    const images: ImageSight[] = [{ image: 'db:1', state: 'unobtainable', reason: '' }, offered('web:2', 9e9)];
    const takenPorts = [aPort({ port: 1 }), aPort()].map((port) => ({ ...port, container: 'x' }));
    expect(obstaclesOf(modules, { images, takenPorts }).map((text) => text.slice(0, 12))).toEqual([
      "Image 'db:1'",
      'It has 5.0 G',
      'Port 8080/tc',
      'Port 1/tcp, ',
    ]);
  });

  test('when more stands in the way than anybody reads, the rest is counted', () => {
    const hostPorts = Array.from({ length: 23 }, (_, index) => aPort({ port: index + 1 }));
    const takenPorts = hostPorts.map((port) => ({ ...port, container: 'x' }));
    const obstacles = obstaclesOf([aModule({ hostPorts })], { takenPorts });
    expect([obstacles.length, obstacles.at(-1)]).toEqual([21, 'And 3 more.']);
    const twenty = [aModule({ hostPorts: hostPorts.slice(0, 20) })];
    expect(obstaclesOf(twenty, { takenPorts })).toHaveLength(20);
  });

  test('when a device tells a tale, it is cut and made plain', () => {
    expect(plainText(`  a\n\tb \u0000${'x'.repeat(1000)}`)).toBe(`a b ${'x'.repeat(296)}`);
    expect(plainText('\ud800')).toBe('\ufffd');
  });
});

describe('platforms', () => {
  test.each([
    ['linux', 'x86_64', 'linux/amd64'],
    ['linux', 'aarch64', 'linux/arm64'],
    ['linux', 'riscv64', 'linux/riscv64'],
    ['', 'amd64', null],
    ['linux', '', null],
  ])('when a machine is %s %s, it is %s', (os, architecture, expected) => {
    expect(platformText(os, architecture)).toBe(expected);
  });

  test('when a processor runs another kind besides its own, that fits', () => {
    expect([fitsPlatform('linux/arm', 'linux/arm64'), fitsPlatform('linux/arm64', 'linux/arm')]).toEqual([true, false]);
  });
});

describe('clash', () => {
  test.each<[string, string, boolean]>([
    ['', '10.0.0.1', true],
    ['::', '10.0.0.1', true],
    ['[::]', '::1', true],
    ['10.0.0.1', '10.0.0.1', true],
    ['10.0.0.1', '10.0.0.2', false],
    ['0.0.0.0', '10.0.0.1', true],
    ['0.0.0.0', '::1', false],
    ['0.0.0.0', '', true],
  ])('when one port is wanted of "%s" and of "%s", they clash: %s', (one, other, expected) => {
    const [left, right] = [aPort({ address: one }), aPort({ address: other })];
    expect([clash(left, right), clash(right, left)]).toEqual([expected, expected]);
    expect(clash(left, { ...left, port: 1 })).toBe(false);
    expect(clash(left, { ...left, protocol: 'udp' })).toBe(false);
  });
});
