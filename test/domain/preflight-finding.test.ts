// What a device is told to be like: a sentence for each question, also where nothing stands in its way and where nobody could look.
import { describe, expect, test } from 'vitest';
import { judgeSight, type ImageSight, type PreflightSight } from '#domain/rollouts/preflight.ts';
import type { PreflightModule } from '#domain/rollouts/preflight-request.ts';
import { aModule, aPort, aSight, offered, present } from '#test/support/preflight-sight.ts';

const report = (modules: readonly PreflightModule[], sight: Partial<PreflightSight>) =>
  judgeSight({ modules, registryCredentials: [] }, aSight(sight));
/** "architecture good It is …" and so on. */
const findingsOf = (modules: readonly PreflightModule[], sight: Partial<PreflightSight>): readonly string[] =>
  report(modules, sight).findings.map(
    ({ question, state, sentences }) => `${question} ${state} ${sentences.join(' ')}`,
  );
const atPort = (port: number) => aPort({ port });
const several = (...images: readonly string[]) => images.map((image, at) => aModule({ name: `m${at}`, image }));

describe('what is told of a device', () => {
  test('when nothing stands in its way, each of the four says what was found', () => {
    const modules = [aModule({ hostPorts: [aPort(), aPort()] })];
    expect(findingsOf(modules, { images: [present()] })).toEqual([
      'architecture good It is linux/amd64, and its image fits that.',
      'image good Its image is on the device.',
      'disk good It lacks no image that it would have to make room for.',
      'ports good Port 8080/tcp is free for it.',
    ]);
    expect(report(modules, { images: [present()] })).toMatchObject({ answer: { kind: 'go' }, alsoTold: [] });
  });

  test('when it is to run nothing, nothing has to be looked for', () => {
    expect(findingsOf([], { platform: null, freeBytes: null, arePortsSeen: false })).toEqual([
      'architecture good It gets no image that would have to fit it.',
      'image good It needs no image.',
      'disk good It lacks no image that it would have to make room for.',
      'ports good It needs no port.',
    ]);
  });

  const unseen: [string, readonly PreflightModule[], Partial<PreflightSight>, string][] = [
    [
      'does not say what it is',
      [aModule()],
      { platform: null, images: [present()] },
      'architecture unseen Its architecture was not looked at: it does not say which it is.',
    ],
    [
      'has an image that does not say what it is for',
      several('a:1', 'b:1'),
      { images: [present('a:1'), present('b:1', [])] },
      "architecture unseen Its architecture was not looked at: it is linux/amd64, and it is not known what image 'b:1' is for.",
    ],
    [
      'has images that do not say what they are for',
      several('a:1', 'b:1'),
      { images: [present('a:1', []), present('b:1', [])] },
      "architecture unseen Its architecture was not looked at: it is linux/amd64, and it is not known what the images 'a:1' and 'b:1' are for.",
    ],
    [
      'says nothing of some images',
      several('a:1', 'b:1', 'c:1', 'd:1', 'e:1'),
      { images: [present('a:1'), { image: 'b:1', state: 'absent' }] },
      "image unseen Its images were not looked at: it is not known whether it can have the images 'b:1', 'c:1', 'd:1' and 1 more.",
    ],
    [
      'says nothing of one image',
      [aModule()],
      {},
      "image unseen Its images were not looked at: it is not known whether it can have image 'web:2'.",
    ],
    [
      'does not tell its disk',
      [aModule()],
      { freeBytes: null, images: [offered()] },
      'disk unseen Its disk was not looked at: it does not say how much room it has.',
    ],
    [
      'could not see ports',
      [aModule({ hostPorts: [aPort()] })],
      { images: [present()], arePortsSeen: false },
      'ports unseen Its ports were not looked at: it could not see who holds them.',
    ],
  ];
  test.each(unseen)('when it %s, that is told, and it may go', (_title, modules, sight, expected) => {
    expect(findingsOf(modules, sight)).toContain(expected);
    expect(report(modules, sight).answer).toEqual({ kind: 'go' });
  });

  const goods: [string, readonly PreflightModule[], Partial<PreflightSight>, readonly string[]][] = [
    [
      'all images are there',
      several('a:1', 'b:1'),
      { images: [present('a:1'), present('b:1')] },
      ['architecture good It is linux/amd64, and both images fit that.', 'image good Both images are on the device.'],
    ],
    [
      'all three are there',
      several('a:1', 'b:1', 'c:1'),
      { images: ['a:1', 'b:1', 'c:1'].map((image) => present(image)) },
      ['architecture good It is linux/amd64, and all 3 images fit that.', 'image good All 3 images are on the device.'],
    ],
    ['its image can be pulled', [aModule()], { images: [offered()] }, ['image good Its image can be pulled.']],
    [
      'one of two can be pulled',
      several('a:1', 'b:1'),
      { images: [present('a:1'), offered('b:1', 3e8)] },
      [
        'image good 1 of 2 images is on the device, and the other can be pulled.',
        'disk good It has 5.0 GB free where its container engine keeps images, and needs about 300 MB for those it lacks.',
      ],
    ],
    [
      'two of four can be pulled',
      several('a:1', 'b:1', 'c:1', 'd:1'),
      { images: [present('a:1'), present('b:1'), offered('c:1'), offered('d:1')] },
      [
        'image good 2 of 4 images are on the device, and the others can be pulled.',
        'disk good It has 5.0 GB free where its container engine keeps images, and lacks images whose size is not known.',
      ],
    ],
    [
      'the old image goes first',
      [aModule({ strategy: 'delete-then-download' })],
      { images: [offered()], freeBytes: 1e6 },
      [
        'disk good It has 1 MB free where its container engine keeps images, and those it lacks come when the old ones are deleted.',
      ],
    ],
    [
      'it wants many ports',
      [aModule({ hostPorts: [1, 2, 3, 4, 5].map(atPort) })],
      { images: [present()] },
      ['ports good Ports 1/tcp, 2/tcp, 3/tcp and 2 more are free for it.'],
    ],
  ];
  test.each(goods)('when %s, it says so', (_title, modules, sight, expected) => {
    expect(findingsOf(modules, sight)).toEqual(expect.arrayContaining([...expected]));
  });

  test('when something stands in the way, the others are answered all the same', () => {
    const images = [present('web:2', ['linux/s390x'])];
    const takenPorts = [{ ...aPort(), container: 'nginx' }];
    expect(report([aModule({ hostPorts: [aPort()] })], { images, takenPorts })).toMatchObject({
      answer: { kind: 'never' },
      findings: [{ state: 'bad' }, { state: 'good' }, { state: 'good' }, { state: 'bad' }],
    });
  });

  test('when much stands in the way of one thing, each is cut, and the whole once more', () => {
    const images = Array.from({ length: 22 }, (_, at): ImageSight => ({
      image: `i${at}`,
      state: 'unobtainable',
      reason: '',
    }));
    const modules = several(...images.map(({ image }) => image));
    const { findings, answer } = report(modules, { images });
    expect(findings.find(({ question }) => question === 'image')?.sentences.at(-1)).toBe('And 2 more.');
    expect(answer).toMatchObject({ kind: 'wait', obstacles: { length: 21, 20: 'And 2 more.' } });
  });
});
