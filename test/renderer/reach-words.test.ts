// Whether devices can reach the hub, what there is to choose from, and when a choice holds, in words.
import { expect, test } from 'vitest';
import type { ListeningView } from '#contract/console-listening.ts';
import { hostChoices, laterWords } from '#renderer/settings/listening-words.ts';
import { reachWords } from '#renderer/words/reach-words.ts';

const loopback = { host: '127.0.0.1', httpsPort: 8443, mqttPort: 8883 };
const everywhere = { ...loopback, host: '0.0.0.0' };
const view: ListeningView = {
  now: loopback,
  next: loopback,
  flags: [],
  missed: null,
  addresses: [{ address: '192.168.7.4', card: 'eth0' }],
};

test('when devices reach the hub, nothing is said; else why not, and whether another address mends it', () => {
  const mqtts = 'mqtts://127.0.0.1:8883';
  expect(reachWords({ mqtts, reach: { kind: 'network', others: [] } })).toBeNull();
  expect(reachWords({ mqtts, reach: { kind: 'no-network' } })).toMatchObject({ isToChoose: false });
  const alone = reachWords({ mqtts, reach: { kind: 'loopback', missed: null } });
  expect(alone).toMatchObject({ title: 'Devices on the network cannot reach this hub.', isToChoose: true });
  expect(alone?.text).toContain('It listens at 127.0.0.1');
  const missing = reachWords({ mqtts, reach: { kind: 'loopback', missed: '10.0.0.9\u202e' } });
  expect(missing?.text).toContain('It was to listen at 10.0.0.9\uFFFD, which this machine did not have');
});

const hosts = (given: ListeningView) => hostChoices(given).map(({ host }) => host);

test('when there is a choice, it has all addresses, each of them, and this machine alone; one that is gone stays in sight', () => {
  expect(hosts(view)).toEqual(['0.0.0.0', '192.168.7.4', '127.0.0.1']);
  expect(hosts({ ...view, addresses: [] })).toEqual(['0.0.0.0', '127.0.0.1']);
  expect(hosts({ ...view, next: { ...loopback, host: '10.0.0.9' } })[0]).toBe('10.0.0.9');
});

test.each([
  [view, false, /holds from the next start/],
  [{ ...view, next: everywhere }, true, /^Saved, and waits for the next start: quit the app/],
  [{ ...view, next: everywhere, flags: ['--host'] }, true, /started with --host, which goes before/],
  [{ ...view, next: loopback, flags: ['--host', '--mqtt-port'] }, false, /--host and --mqtt-port, which go before/],
] as const)('when %j is told, it says when the choice holds', (given, isWaiting, text) => {
  const words = laterWords(given, true);
  expect(words.isWaiting).toBe(isWaiting);
  expect(words.text).toMatch(text);
});

test('when the page is in a browser, it is the hub that is started again', () => {
  expect(laterWords({ ...view, next: everywhere }, false).text).toContain('stop the hub and start it again');
});
