// The hub's flags: their defaults per platform, and a sentence that names the flag for every mistake.
import { expect, test } from 'vitest';
import { readHubFlags } from '#entry/hub-flags.ts';

const linux = { platform: 'linux', env: { XDG_DATA_HOME: '/data' } } as const;

test('when no flag is given, it takes the documented ones, and leaves to the site where it listens', () => {
  expect(readHubFlags([], linux)).toEqual({
    dataDir: '/data/lanyard',
    consolePort: 8080,
    demoDevices: 0,
    limits: {},
    rotatesServiceKey: false,
  });
});

test('when every flag is given, it takes them', () => {
  const args = '--data-dir /d --host 10.0.0.7 --https-port 443 --mqtt-port 0 --console-port 1 --demo 12'.split(' ');
  const limits = ['--limit', 'labels=9', '--limit=deployments=100', '--limit', 'labels=7'];
  expect(readHubFlags([...args, ...limits, '--rotate-service-key'], linux)).toEqual({
    dataDir: '/d',
    host: '10.0.0.7',
    httpsPort: 443,
    mqttPort: 0,
    consolePort: 1,
    demoDevices: 12,
    limits: { labels: 7, deployments: 100 },
    rotatesServiceKey: true,
  });
});

test('when a demo is asked for without a directory, it keeps away from the real data', () => {
  expect(readHubFlags(['--demo', '3'], linux).dataDir).toBe('/data/lanyard-demo');
});

test.each([
  ['win32', { LOCALAPPDATA: '/local' }, '/local/lanyard'],
  ['darwin', {}, /Library\/Application Support\/lanyard$/],
  ['linux', {}, /\.local\/share\/lanyard$/],
] as const)('when the platform is %s, it finds the data directory there', (platform, env, dir) => {
  const { dataDir } = readHubFlags([], { platform, env });
  expect(dataDir).toEqual(typeof dir === 'string' ? dir : expect.stringMatching(dir));
});

test.each([
  [['--https-port', '65536'], '--https-port takes a whole number from 0 to 65535, not "65536".'],
  [['--mqtt-port', '1e3'], '--mqtt-port takes a whole number from 0 to 65535, not "1e3".'],
  [['--demo', ''], '--demo takes a whole number from 0 to 1000, not "".'],
  [['--limit', 'labels'], '--limit takes NAME=N, such as labels=200, not "labels".'],
  [['--limit', '=5'], '--limit takes NAME=N, such as labels=200, not "=5".'],
  [['--limit', 'labels=0'], '--limit labels: it takes a whole number from 1 to 1000, not 0.'],
  [['--limit', 'labels=1e2'], '--limit labels: it takes a whole number from 1 to 1000, not "1e2".'],
  [['--limit', '__proto__=1'], '--limit __proto__: there is no such limit: choose one of deployments, '],
  [
    ['--limit', 'labels=x', '--limit', 'customMetrics='],
    '--limit labels: it takes a whole number from 1 to 1000, not "x". customMetrics: it takes a whole number from 1 to 50, not "".',
  ],
])('when %j is given, it says what the flag takes', (args, message) => {
  expect(() => readHubFlags(args, linux)).toThrow(message);
});

test('when a flag is unknown, it names it and the known ones', () => {
  expect(() => readHubFlags(['--prot', '1'], linux)).toThrow(/--prot.*Known flags: --data-dir, --host/);
});
