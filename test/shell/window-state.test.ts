// Where the window goes: as it was, on displays that exist now.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createWindowMemory } from '#shell/window-memory.ts';
import { placeWindow, readWindowState } from '#shell/window-state.ts';

const laptop = { x: 0, y: 0, width: 1_920, height: 1_040 };
const right = { x: 1_920, y: 0, width: 2_560, height: 1_400 };
const small = { x: 0, y: 0, width: 1_024, height: 560 };
const was = (x: number, y: number, width = 1_000, height = 700) => ({
  bounds: { x, y, width, height },
  isMaximized: false,
});

test.each([
  ['it is the first start', null, [laptop], { width: 1_280, height: 840 }],
  ['it is the first start on a small display', null, [small], { width: 1_024, height: 560 }],
  ['it was in the middle', was(300, 100), [laptop], { x: 300, y: 100, width: 1_000, height: 700 }],
  ['it was on the second display', was(2_500, 90), [laptop, right], { x: 2_500, y: 90, width: 1_000, height: 700 }],
  ['that display is gone', was(2_500, 90), [laptop], { width: 1_000, height: 700 }],
  ['it hung over the edge', was(1_500, 800), [laptop], { x: 920, y: 340, width: 1_000, height: 700 }],
  ['its title bar was above', was(100, -300), [laptop], { width: 1_000, height: 700 }],
  ['hardly any of it was there', was(1_850, 100), [laptop], { width: 1_000, height: 700 }],
  ['it was larger than the display', was(0, 0, 3_000, 2_000), [laptop], { x: 0, y: 0, width: 1_920, height: 1_040 }],
  ['it lay over two displays', was(1_600, 50), [laptop, right], { x: 1_920, y: 50, width: 1_000, height: 700 }],
  [
    'the display is smaller than any window',
    was(0, 0),
    [{ ...small, width: 600 }],
    { x: 0, y: 0, width: 600, height: 560 },
  ],
  ['it was tiny', was(10, 10, 5, 40), [laptop], { x: 10, y: 10, width: 720, height: 480 }],
  ['there is no display', was(10, 10), [], { width: 1_000, height: 700 }],
])('when %s, the window is placed so that a hand reaches it', (_what, saved, areas, place) => {
  expect(placeWindow(saved, areas)).toEqual(place);
});

test.each(['', 'nonsense', 'null', '{}', '{"bounds":{"x":1e99,"y":0,"width":10,"height":10},"isMaximized":false}'])(
  'when the file holds %j, nothing is known of the window',
  (text) => expect(readWindowState(text)).toBeNull(),
);

test('when a place was kept, it is read again; a folder that cannot be written is told of once and harms nothing', () => {
  const dir = mkdtempSync(join(tmpdir(), 'window-'));
  const logged: string[] = [];
  const kept = createWindowMemory({ folder: () => join(dir, 'new'), onLog: (text) => logged.push(text) });
  expect(kept.read()).toBeNull();
  kept.write(was(1, 2));
  expect(kept.read()).toEqual(was(1, 2));
  expect(JSON.parse(readFileSync(join(dir, 'new', 'window.json'), 'utf8'))).toEqual(was(1, 2));
  writeFileSync(join(dir, 'file'), '');
  const refused = createWindowMemory({ folder: () => join(dir, 'file'), onLog: (text) => logged.push(text) });
  refused.write(was(1, 2));
  expect([refused.read(), logged.length]).toEqual([null, 1]);
  rmSync(dir, { recursive: true });
});
