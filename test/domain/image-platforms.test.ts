// Which images of an index a device may take.
import { describe, expect, test } from 'vitest';
import { entriesFor, platformOf } from '#domain/manifests/image-platforms.ts';

const offered = (...platforms: (string | null)[]) => platforms.map((platform) => ({ platform }));

describe('images of an index for a device', () => {
  test.each([
    ['linux/amd64', ['linux/amd64', 'linux/arm64'], ['linux/amd64']],
    ['linux/arm64', ['linux/amd64', 'linux/arm64/v8'], ['linux/arm64/v8']],
    ['linux/arm64/v8', ['linux/amd64', 'linux/arm64'], ['linux/arm64']],
    ['linux/arm', ['linux/arm/v6', 'linux/arm/v7', 'linux/arm64'], ['linux/arm/v6', 'linux/arm/v7']],
    ['linux/arm/v7', ['linux/arm/v6', 'linux/arm/v7'], ['linux/arm/v7']],
    ['linux/arm64', ['linux/amd64', 'linux/arm/v7'], ['linux/arm/v7']],
    ['linux/amd64', ['linux/386', 'windows/amd64'], ['linux/386']],
    ['linux/riscv64', ['linux/amd64', null], []],
  ])('when the device is %s and the index has %j, it takes %j', (device, platforms, taken) => {
    expect(entriesFor(offered(...platforms), device).map(({ platform }) => platform)).toEqual(taken);
  });
});

describe('a platform in words', () => {
  test.each([
    ['linux', 'arm', 'v7', 'linux/arm/v7'],
    ['linux', 'amd64', '', 'linux/amd64'],
    ['unknown', 'unknown', '', null],
    ['linux', 'unknown', '', null],
    ['', 'amd64', '', null],
    ['linux', '', '', null],
  ])('when it is %j, %j, %j, it reads %j', (os, architecture, variant, text) => {
    expect(platformOf(os, architecture, variant)).toBe(text);
  });
});
