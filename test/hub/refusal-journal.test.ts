// Refused connections in the journal: the first of a kind at once, the rest as a count, and none of them lost.
import { expect, test } from 'vitest';
import { createRefusalJournal } from '#hub/device-link/refusal-journal.ts';
import { createHubParts, deviceIdentity } from '#test/support/hub-parts.ts';

const refusal = { address: '10.0.0.1', reason: 'wrong-key' };

function setUp() {
  const { store, clock, log, journal } = createHubParts();
  const refusals = createRefusalJournal({ store, clock, log });
  const counts = async () => {
    // Whatever was asked for before is on disk with this.
    await store.changeSoon(() => undefined);
    return journal('connection-refused').map(({ detail }) => detail['count']);
  };
  return { refusals, clock, counts, journal };
}

test('when the same is refused again and again, a minute tells it in two rows', async () => {
  const { refusals, clock, counts } = setUp();
  for (let time = 0; time < 5; time += 1) refusals.note(refusal);
  expect(await counts()).toEqual([1]);
  clock.advance(60_000);
  expect(await counts()).toEqual([1, 4]);
  clock.advance(120_000);
  expect(await counts()).toEqual([1, 4]);
});

test('when the hub stops within the minute, what was counted is told', async () => {
  const { refusals, counts } = setUp();
  for (let time = 0; time < 3; time += 1) refusals.note(refusal);
  refusals.stop();
  expect(await counts()).toEqual([1, 2]);
});

test('when more addresses are refused within the minute than are counted one by one, the rest share a row', async () => {
  const { refusals, counts, journal } = setUp();
  for (let address = 0; address < 1024; address += 1) refusals.note({ ...refusal, address: String(address) });
  for (const address of ['new', 'other', '7']) refusals.note({ ...refusal, address });
  refusals.stop();
  expect(await counts()).toHaveLength(1024 + 3);
  expect(journal('connection-refused').slice(1024)).toMatchObject([
    { detail: { address: 'many', count: 1 } },
    { detail: { address: '7', count: 1 } },
    { detail: { address: 'many', count: 1 } },
  ]);
});

test('when a row tells of several, it names nobody whom only one of them claimed to be', async () => {
  const { refusals, counts, journal } = setUp();
  for (const id of ['a', 'b', 'c']) refusals.note({ ...refusal, identity: deviceIdentity(id) });
  refusals.stop();
  expect(await counts()).toEqual([1, 2]);
  expect(journal('connection-refused').map((entry) => entry.deviceId)).toEqual(['a', null]);
});
