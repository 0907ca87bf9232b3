// Links into the app: exactly the known pages, with ids of the hub's own alphabet, and nothing else whatever it looks like.
import { expect, test } from 'vitest';
import { deploymentPath, devicePath } from '#renderer/words/paths.ts';
import { pathOfLink } from '#shell/deep-link.ts';

test.each([
  ['lanyard://devices', '/devices'],
  ['lanyard://devices/', '/devices'],
  ['lanyard://devices/press-3', devicePath('press-3')],
  ['lanyard://devices/press%233', devicePath('press#3')],
  ['lanyard://deployments/line-v2', deploymentPath('line-v2')],
  ['lanyard://rollouts/line-v2', '/rollouts/line-v2'],
  ['lanyard://history', '/history'],
])('when the link is %s, it shows %s', (link, path) => {
  expect(pathOfLink(link)).toBe(path);
});

test.each([
  'lanyard:devices',
  'lanyard://',
  'lanyard:///devices',
  'lanyard://unknown',
  'lanyard://history/press-3',
  'lanyard://__proto__/x',
  'lanyard://constructor/x',
  'lanyard://devices/a/b',
  'lanyard://devices/..%2F..%2Fsession',
  'lanyard://devices/%E0%A4%A',
  'lanyard://devices/<img src=x>',
  'lanyard://devices/press-3?do=restart',
  'lanyard://devices/press-3#token=stolen',
  'lanyard://user@devices/press-3',
  'LANYARD://devices',
  ' lanyard://devices',
  'lanyard://devices\n',
  'https://devices/press-3',
  `lanyard://devices/${'a'.repeat(129)}`,
  `lanyard://devices/${'a'.repeat(1_000)}`,
])('when the link is %j, it is none', (link) => {
  expect(pathOfLink(link)).toBeNull();
});
