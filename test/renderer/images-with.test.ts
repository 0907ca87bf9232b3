// The search of the images: every word counts, wherever of the row it stands.
import { expect, test } from 'vitest';
import type { ImageRow } from '#contract/console-image-rows.ts';
import { imagesWith } from '#renderer/images/images-with.ts';

const row = (name: string, more: Partial<ImageRow> = {}) =>
  ({
    name,
    repository: name,
    tags: ['1.0'],
    digest: 'sha256:abc',
    platforms: ['linux/amd64'],
    origin: { kind: 'file', from: '/media/usb', atMs: 1 },
    deployments: [],
    devices: [],
    soundness: 'verified',
    ...more,
  }) as unknown as ImageRow;

const rows = [
  row('camera', { deployments: ['line-base'] }),
  row('historian', { platforms: ['linux/arm64'], devices: ['press-3'] }),
  row('gateway', { soundness: 'damaged', digest: 'sha256:f00' }),
];

test.each([
  ['', ['camera', 'historian', 'gateway']],
  ['CAM', ['camera']],
  ['camera:1.0', ['camera']],
  ['line-base', ['camera']],
  ['arm64', ['historian']],
  ['press-3 usb', ['historian']],
  ['damaged', ['gateway']],
  ['f00', ['gateway']],
  ['camera arm64', []],
])('when %j is typed, these are left: %j', (text, names) => {
  expect(imagesWith(rows, text).map(({ name }) => name)).toEqual(names);
});
