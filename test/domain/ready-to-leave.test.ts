// "Ready to leave: yes, or these are missing."
import { describe, expect, test } from 'vitest';
import {
  judgeReadiness,
  type ImageStanding,
  type LeavingDeployment,
  type PlatformStanding,
} from '#domain/images/ready-to-leave.ts';

const deployment = (more: Partial<LeavingDeployment> = {}): LeavingDeployment => ({
  deploymentId: 'base',
  images: ['web:1'],
  devices: [{ platform: 'linux/amd64', count: 2 }],
  notes: [],
  ...more,
});
const whole = (platform: string | null): PlatformStanding => ({ platform, state: 'whole', lacking: 0 });
const absent = (platform: string): PlatformStanding => ({ platform, state: 'absent', lacking: 0 });
const index = (...platforms: PlatformStanding[]): ImageStanding => ({ isSingle: false, platforms });
const single = (platform: PlatformStanding): ImageStanding => ({ isSingle: true, platforms: [platform] });

function explanations(standing: ImageStanding | undefined, platform: string | null): readonly string[] {
  const standings = new Map(standing === undefined ? [] : [['web:1', standing]]);
  const { missing } = judgeReadiness([deployment({ devices: [{ platform, count: 1 }] })], standings);
  return missing.map(({ explanation }) => explanation);
}

describe('one image for one platform', () => {
  test.each<[string, ImageStanding | undefined, string | null, string | null]>([
    ['is here for it', index(whole('linux/amd64'), absent('linux/arm64')), 'linux/amd64', null],
    ['is here for what its processor runs besides', index(whole('linux/arm/v7')), 'linux/arm64', null],
    ['is a single one that does not say what it is for', single(whole(null)), 'linux/arm64', null],
    ['is here for any, and no device said what it is', index(whole('linux/arm64')), null, null],
    [
      'is not here',
      undefined,
      'linux/amd64',
      "'web:1' is not here: fetch it while you are online, or import it from a file or folder.",
    ],
    [
      'was brought for another platform only',
      index(whole('linux/amd64'), absent('linux/arm64')),
      'linux/arm64',
      "'web:1' is here, but not for linux/arm64: fetch it for that platform while you are online, or import it.",
    ],
    [
      'lacks a part',
      index({ platform: 'linux/amd64', state: 'incomplete', lacking: 1 }),
      'linux/amd64',
      "'web:1' is here, but 1 part of it for linux/amd64 is missing or damaged: fetch or import it again, which mends it.",
    ],
    [
      'lacks a part, and no device said what it is',
      index({ platform: 'linux/amd64', state: 'incomplete', lacking: 1 }),
      null,
      "'web:1' is here, but 1 part of it is missing or damaged: fetch or import it again, which mends it.",
    ],
    [
      'was brought for no platform, and no device said what it is',
      index(absent('linux/amd64')),
      null,
      "'web:1' is known here, but for no platform whole: fetch it while you are online, or import it.",
    ],
    [
      'lacks parts',
      single({ platform: 'linux/amd64', state: 'incomplete', lacking: 3 }),
      'linux/amd64',
      "'web:1' is here, but 3 parts of it for linux/amd64 are missing or damaged: fetch or import it again, which mends it.",
    ],
    [
      'is not made for it',
      index(whole('linux/amd64'), whole('linux/amd64')),
      'linux/arm64',
      "'web:1' is made for linux/amd64, not for linux/arm64: deploy another one there.",
    ],
    [
      'is an index that names no platforms',
      index({ platform: null, state: 'absent', lacking: 0 }),
      'linux/arm64',
      "'web:1' is made for no platform that it tells, not for linux/arm64: deploy another one there.",
    ],
    [
      'is a single one for another platform',
      single(whole('linux/amd64')),
      'linux/arm64',
      "'web:1' is here for linux/amd64 alone, and whether its registry has it for linux/arm64 cannot be told from here: fetch it for that platform while you are online.",
    ],
  ])('when it %s, it reads so', (_title, standing, platform, explanation) => {
    expect(explanations(standing, platform)).toEqual(explanation === null ? [] : [explanation]);
  });
});

describe('deployments', () => {
  test('when all is here, the site is ready', () => {
    const readiness = judgeReadiness([deployment()], new Map([['web:1', index(whole('linux/amd64'))]]));
    expect(readiness).toEqual({
      isReady: true,
      missing: [],
      deployments: [
        {
          deploymentId: 'base',
          platforms: [{ platform: 'linux/amd64', devices: 2, images: 1, missing: [] }],
          notes: [],
        },
      ],
    });
  });

  test('when two deployments miss one image, each tells it and the whole tells it once', () => {
    const both = [deployment(), deployment({ deploymentId: 'layer', images: ['web:1', 'db:2'] })];
    const readiness = judgeReadiness(both, new Map([['db:2', single(whole('linux/amd64'))]]));
    expect(readiness.isReady).toBe(false);
    expect(readiness.missing.map(({ image, platform }) => [image, platform])).toEqual([['web:1', 'linux/amd64']]);
    expect(readiness.deployments.map(({ platforms }) => platforms[0]?.missing.length)).toEqual([1, 1]);
  });

  test.each([
    [
      [{ platform: null, count: 3 }],
      'any',
      3,
      'No device of it has said its platform: each image counts as ready when it is here for any.',
    ],
    [[], 'any', 0, 'No device of it has said its platform: each image counts as ready when it is here for any.'],
    [
      [
        { platform: 'linux/amd64', count: 1 },
        { platform: null, count: 1 },
      ],
      'linux/amd64',
      1,
      '1 device of it has never said a platform: what such a device needs cannot be told before it connects.',
    ],
    [
      [
        { platform: 'linux/amd64', count: 1 },
        { platform: null, count: 2 },
      ],
      'linux/amd64',
      1,
      '2 devices of it have never said a platform: what such a device needs cannot be told before it connects.',
    ],
  ])('when devices are %j, it is judged for %s and says so', (devices, platform, count, note) => {
    const standings = new Map([['web:1', index(whole('linux/amd64'))]]);
    const { deployments } = judgeReadiness([deployment({ devices, notes: ['before'] })], standings);
    expect(deployments[0]).toEqual({
      deploymentId: 'base',
      platforms: [{ platform, devices: count, images: 1, missing: [] }],
      notes: ['before', note],
    });
  });
});
