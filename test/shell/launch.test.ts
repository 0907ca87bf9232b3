// What a command line asks for: the hub's flags stay its own, and files and links are found where systems put them.
import { expect, test } from 'vitest';
import { openingsIn, readLaunch } from '#shell/launch.ts';

const file = (path: string) => ({ kind: 'file', path });
const page = (path: string) => ({ kind: 'page', path });

test.each([
  [[], [], []],
  [['--demo', '12', '--mqtt-port=0'], ['--demo', '12', '--mqtt-port=0'], []],
  [['/srv/base.json'], [], [file('/srv/base.json')]],
  [['base.JSON'], [], [file('/home/t/base.JSON')]],
  [['site.lanyard'], [], [file('/home/t/site.lanyard')]],
  [['file:///srv/a%20b.json'], [], [file('/srv/a b.json')]],
  [['lanyard://devices/d1'], [], [page('/devices/d1')]],
  [['--rotate-service-key', 'a.json'], ['--rotate-service-key'], [file('/home/t/a.json')]],
  // The value of a flag, whatever it looks like.
  [['--data-dir', '/srv/x.json'], ['--data-dir', '/srv/x.json'], []],
  [
    ['--data-dir', '/d', 'lanyard://devices', 'a.json'],
    ['--data-dir', '/d'],
    [page('/devices'), file('/home/t/a.json')],
  ],
  // Neither: the hub says what is wrong with it.
  [['notes.txt'], ['notes.txt'], []],
  [['lanyard://nowhere'], ['lanyard://nowhere'], []],
  [['file://elsewhere/a.json'], ['file://elsewhere/a.json'], []],
])('when started with %j, the hub gets %j and %j opens', (args, hubFlags, openings) => {
  expect(readLaunch(args, '/home/t')).toEqual({ hubFlags, openings });
});

test('when a second start carries flags, those of Chromium among them, only what it opens counts', () => {
  const args = ['--original-process-start-time=1', '--allow-file-access-from-files', '/srv/base.json'];
  expect(openingsIn(args, '/')).toEqual([file('/srv/base.json')]);
});
