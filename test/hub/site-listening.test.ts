// Where the hub listens, as a person chose it: what holds at a start, what devices are told, and what cannot be chosen.
import { describe, expect, test } from 'vitest';
import { refused } from '#base/errors.ts';
import type { MachineAddress } from '#contract/console-listening.ts';
import { isLoopback, isOwnAddress, machineAddresses, reachOf, toldHost } from '#hub/site/machine-addresses.ts';
import {
  createListeningDesk,
  keptListening,
  listeningAtStart,
  usualListening,
  type ListeningParts,
} from '#hub/site/site-listening.ts';
import { aListening } from '#test/support/site-desk-double.ts';
import { aMemoryStore } from '#test/support/test-store.ts';

const chosen = { host: '192.168.7.4', httpsPort: 9443, mqttPort: 9883 };

function aCard(address: string, internal = false) {
  const rest = { netmask: '', mac: '', internal, cidr: null };
  return address.includes(':')
    ? { ...rest, address, family: 'IPv6' as const, scopeid: 0 }
    : { ...rest, address, family: 'IPv4' as const };
}

const cards = {
  lo: [aCard('127.0.0.1', true), aCard('::1', true)],
  docker0: [aCard('172.17.0.1')],
  eth0: [aCard('fe80::1'), aCard('2001:db8::4'), aCard('192.168.7.4')],
  wlan0: [aCard('10.1.2.3')],
};

test('when the machine has several addresses, those with a network behind them come first', () => {
  expect(machineAddresses(cards)).toEqual([
    { address: '192.168.7.4', card: 'eth0' },
    { address: '10.1.2.3', card: 'wlan0' },
    { address: '2001:db8::4', card: 'eth0' },
    { address: '172.17.0.1', card: 'docker0' },
  ]);
  for (const host of ['192.168.7.4', '0.0.0.0', '::', '127.0.0.1']) expect(isOwnAddress(host, cards)).toBe(true);
  expect(isOwnAddress('192.168.7.5', cards)).toBe(false);
});

const addresses: readonly MachineAddress[] = machineAddresses(cards);

test.each([
  ['0.0.0.0', addresses, '192.168.7.4', { kind: 'network', others: ['10.1.2.3', '2001:db8::4', '172.17.0.1'] }],
  ['::', addresses.slice(2), '[2001:db8::4]', { kind: 'network', others: ['172.17.0.1'] }],
  ['0.0.0.0', [], 'localhost', { kind: 'no-network' }],
  ['10.1.2.3', addresses, '10.1.2.3', { kind: 'network', others: [] }],
  ['127.0.0.1', addresses, '127.0.0.1', { kind: 'loopback', missed: null }],
  ['::1', addresses, '[::1]', { kind: 'loopback', missed: null }],
  ['localhost', addresses, 'localhost', { kind: 'loopback', missed: null }],
])(
  'when it listens at %s, devices are told an address that reaches it, or that none does',
  (host, has, told, reach) => {
    expect(toldHost(host, has)).toBe(told);
    expect(reachOf(host, null, has)).toEqual(reach);
  },
);

test('when a name only begins like loopback, it is none', () => {
  expect(isLoopback('127.evil.example')).toBe(false);
});

const isOwn = (host: string) => isOwnAddress(host, cards);

describe('at a start', () => {
  test('when nothing was chosen, it is this machine alone', () => {
    expect(listeningAtStart({}, null, isOwn)).toEqual({ listening: usualListening, missed: null });
  });

  test('when something was chosen, it holds', () => {
    expect(listeningAtStart({}, chosen, isOwn)).toEqual({ listening: chosen, missed: null });
  });

  test('when flags are given, they go before it, each for itself', () => {
    expect(listeningAtStart({ httpsPort: 443 }, chosen, isOwn).listening).toEqual({ ...chosen, httpsPort: 443 });
    expect(listeningAtStart({ host: '10.1.2.3' }, chosen, isOwn).listening).toEqual({ ...chosen, host: '10.1.2.3' });
  });

  test('when the chosen address is gone, it keeps to this machine and says which is missed', () => {
    const gone = { ...chosen, host: '192.168.99.9' };
    expect(listeningAtStart({}, gone, isOwn)).toEqual({
      listening: { ...gone, host: '127.0.0.1' },
      missed: '192.168.99.9',
    });
    // One that somebody typed just now is refused by the port probe instead.
    expect(listeningAtStart({ host: '192.168.99.9' }, null, isOwn).missed).toBeNull();
  });
});

function aDesk(parts: Partial<ListeningParts> = {}) {
  const store = aMemoryStore();
  const kinds = () => store.read.journal.list({ limit: 9 }).map(({ kind }) => kind);
  return { store, kinds, desk: createListeningDesk({ ...aListening, store, ...parts }) };
}

describe('in the settings', () => {
  test('when an address is chosen, it is kept for the next start, journaled once, and this run stays as it is', async () => {
    const { desk, store, kinds } = aDesk({ given: { mqttPort: 0 } });
    expect(desk.view()).toEqual({
      now: usualListening,
      next: usualListening,
      flags: ['--mqtt-port'],
      missed: null,
      addresses: [{ address: '192.168.7.4', card: 'eth0' }],
    });
    expect(await desk.choose(chosen)).toMatchObject({ now: usualListening, next: chosen });
    await desk.choose(chosen);
    expect(keptListening(store.read)).toEqual(chosen);
    expect(kinds()).toEqual(['listening-chosen']);
  });

  test.each([
    [
      { ...chosen, host: '192.168.7.5' },
      /^192\.168\.7\.5 is no address of this machine now: choose one of 0\.0\.0\.0, /,
    ],
    [{ ...chosen, mqttPort: 9443 }, 'HTTPS and MQTT both ask for port 9443: give each its own.'],
  ])('when %j is chosen, it is refused and nothing is kept', async (wanted, words) => {
    const { desk, store, kinds } = aDesk();
    await expect(desk.choose(wanted)).rejects.toThrow(words);
    expect(keptListening(store.read)).toBeNull();
    expect(kinds()).toEqual([]);
  });

  test('when a port cannot be had, it is refused in those words; its own ports are not tried', async () => {
    const tried: string[] = [];
    const { desk, store } = aDesk({
      async tryPort(host, port) {
        tried.push(`${host}:${port}`);
        if (port === 443) throw refused('request.invalid', 'Port 443 needs rights.');
      },
    });
    await expect(desk.choose({ ...chosen, httpsPort: 443 })).rejects.toThrow('Port 443 needs rights.');
    expect(keptListening(store.read)).toBeNull();
    await desk.choose({ ...usualListening, host: '0.0.0.0' });
    expect(tried).toEqual(['192.168.7.4:443']);
  });

  test('when what was kept cannot be read, it is as if nothing was chosen', () => {
    const { store } = aDesk();
    store.change((write) => write.settings.set('listening', { host: '', httpsPort: 'x' }));
    expect(keptListening(store.read)).toBeNull();
  });
});
