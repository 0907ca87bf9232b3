// Turns where neighbours help: the first few from the hub, the rest from those, and always somebody.
import { createPublicKey, verify } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import type { DeviceId } from '#base/ids.ts';
import {
  siblingDeviceHeader,
  siblingFailedHeader,
  siblingFingerprintHeader,
  siblingsHeader,
  siblingTicketHeader,
} from '#contract/sibling-headers.ts';
import { readSiblingTicket } from '#contract/sibling-ticket.ts';
import type { BlobTurn } from '#registry/share-types.ts';
import { createSiblingTickets } from '#registry/sibling-tickets.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { aBlob, aDigest, aFingerprint, aShareSite, paced, settled, type AskedBlob } from '#test/support/share-site.ts';

function kinds(asked: readonly AskedBlob[]): readonly (BlobTurn['kind'] | 'line')[] {
  return asked.map((one) => one.got()?.kind ?? 'line');
}

function namesOf(asked: readonly AskedBlob[]): readonly (string | undefined)[] {
  return asked.map((one) => one.got()?.headers[siblingDeviceHeader]);
}

test('when forty want one blob, two get it from the hub and all others from neighbours, evenly', async () => {
  const site = aShareSite({ siblings: 'on' });
  const asked = Array.from({ length: 40 }, (_, at) => site.askToo(`device-${at}`));
  await settled();
  expect(kinds(asked).filter((kind) => kind === 'stream')).toHaveLength(2);
  expect(kinds(asked).filter((kind) => kind === 'line')).toHaveLength(38);
  for (const seed of asked.slice(0, 2)) await buffer(await paced(seed, aBlob(1_000_000)));
  // Sent whole, not announced yet: nobody else gets it from the hub meanwhile.
  await settled();
  expect(kinds(asked).filter((kind) => kind === 'line')).toHaveLength(38);
  const has = new Set(['device-0', 'device-1']);
  for (const device of has) site.announce(device, aDigest());
  for (let generation = 0; generation < 3; generation++) {
    await settled();
    for (const [at, name] of namesOf(asked).entries()) if (name !== undefined) has.add(`device-${at}`);
    for (const device of has) site.announce(device, aDigest());
  }
  await settled();
  expect(kinds(asked).filter((kind) => kind === 'sibling')).toHaveLength(38);
  const counts = [...Map.groupBy(namesOf(asked).slice(2), (name) => name).values()].map(({ length }) => length);
  expect(Math.max(...counts)).toBeLessThanOrEqual(8);
  expect(site.gate.view()).toMatchObject({ sentBytes: 2_000_000, leftToSiblings: { blobs: 38, bytes: 38_000_000 } });
});

test('when a neighbour is named, the ticket is for that blob, that neighbour and that certificate, and for a moment', async () => {
  const site = aShareSite({ siblings: 'on' });
  site.announce('pump', aDigest());
  const turn = await site.askToo('oven').turn;
  expect(turn.headers).toMatchObject({
    [siblingsHeader]: 'on',
    location: `https://10.0.0.1:4000/blobs/${aDigest()}`,
    [siblingDeviceHeader]: 'pump',
    [siblingFingerprintHeader]: aFingerprint('pump'),
  });
  expect(readSiblingTicket(turn.headers[siblingTicketHeader] ?? '', () => true)).toEqual({
    digest: aDigest(),
    from: 'pump',
    to: aFingerprint('oven'),
    untilMs: 30_000,
  });
});

test('when a ticket is read, only the key of this start of the hub makes it one', () => {
  const clock = createFakeClock();
  const [now, before] = [createSiblingTickets({ clock }), createSiblingTickets({ clock })];
  const key = createPublicKey({ key: Buffer.from(now.publicKey, 'base64'), format: 'der', type: 'spki' });
  const isSigned = (text: string, signature: string) =>
    verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url'));
  const wish = { digest: aDigest(), from: 'Ofen/1 é'.replace(/[/ é]/g, '%') as DeviceId, to: aFingerprint('saw') };
  const ticket = now.issue(wish);
  expect(readSiblingTicket(ticket, isSigned)).toEqual({ ...wish, untilMs: 30_000 });
  expect(readSiblingTicket(before.issue(wish), isSigned)).toBeNull();
  expect(readSiblingTicket(ticket.replace('/30000/', '/90000/'), isSigned)).toBeNull();
  for (const nonsense of ['', 'a/b/c', `${ticket}/`, ticket.slice(1)])
    expect(readSiblingTicket(nonsense, () => true)).toBeNull();
});

test.each([
  {
    when: 'the site has not said so',
    terms: { siblings: 'off' as const },
    headers: { [siblingsHeader]: aFingerprint('oven') },
    bytes: 1e6,
  },
  { when: 'the asker goes to nobody', terms: {}, headers: { [siblingsHeader]: 'none' }, bytes: 1e6 },
  { when: 'the asker knows nothing of it', terms: {}, headers: {}, bytes: 1e6 },
  { when: 'it is a small blob', terms: {}, headers: { [siblingsHeader]: aFingerprint('oven') }, bytes: 1_000 },
])('when $when, it comes from the hub', async ({ terms, headers, bytes }) => {
  const site = aShareSite({ siblings: 'on', ...terms });
  site.announce('pump', aDigest());
  const turn = await site.ask('oven', { headers, bytes }).turn;
  expect(turn.kind).toBe('stream');
  const says = siblingsHeader in headers ? (terms.siblings ?? 'on') : undefined;
  expect(turn.headers[siblingsHeader]).toBe(says);
});

test('when its neighbour failed it, a device gets the rest from the hub, and others are sent elsewhere', async () => {
  const site = aShareSite({ siblings: 'on' });
  site.announce('pump', aDigest());
  await site.askToo('oven').turn;
  const again = await site.askToo('oven', { bytes: 600_000, headers: { [siblingFailedHeader]: 'pump gone' } }).turn;
  expect(again.kind).toBe('stream');
  site.announce('saw', aDigest());
  const other = site.askToo('lathe');
  await settled();
  expect(namesOf([other])).toEqual(['saw']);
});

test('when its neighbour only had no time, a device is sent to another', async () => {
  const site = aShareSite({ siblings: 'on' });
  site.announce('pump', aDigest());
  await site.askToo('oven').turn;
  site.announce('saw', aDigest());
  const again = site.askToo('oven', { headers: { [siblingFailedHeader]: 'pump busy' } });
  await settled();
  expect(namesOf([again])).toEqual(['saw']);
});

test('when those who were to pass it on go away, those who waited for them get it from the hub', async () => {
  const site = aShareSite({ siblings: 'on' });
  const seeds = ['pump', 'oven'].map((device) => site.askToo(device));
  const waiting = ['saw', 'lathe', 'mill'].map((device) => site.askToo(device));
  await settled();
  expect(kinds([...seeds, ...waiting])).toEqual(['stream', 'stream', 'line', 'line', 'line']);
  for (const seed of seeds) seed.hangUp();
  await settled();
  expect(kinds(waiting)).toEqual(['stream', 'stream', 'line']);
});

test('when neighbours neither get ready nor go away, nobody waits for them for ever', async () => {
  const site = aShareSite({ siblings: 'on' });
  const seeds = ['pump', 'oven'].map((device) => site.askToo(device));
  const waiting = site.askToo('saw');
  site.clock.advance(20_000);
  await settled();
  expect(kinds([...seeds, waiting])).toEqual(['stream', 'stream', 'line']);
  site.clock.advance(4_000);
  await settled();
  expect(kinds([waiting])).toEqual(['stream']);
});

test('when the setting is taken back, those who wait for neighbours get it from the hub', async () => {
  const site = aShareSite({ siblings: 'on' });
  const asked = ['pump', 'oven', 'saw'].map((device) => site.askToo(device));
  await settled();
  expect(kinds(asked)).toEqual(['stream', 'stream', 'line']);
  site.gate.setTerms({ ...site.gate.terms, siblings: 'off' });
  await settled();
  expect(kinds(asked)).toEqual(['stream', 'stream', 'stream']);
});
