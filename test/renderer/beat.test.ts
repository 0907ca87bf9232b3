// The page's clock for news: everything between two beats is taken in together, in order, and nothing is lost or told too soon.
import { TRPCClientError } from '@trpc/client';
import { type Observer, observable } from '@trpc/server/observable';
import { expect, test } from 'vitest';
import { createBeat } from '#renderer/link/beat.ts';
import { beatLink } from '#renderer/link/beat-link.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';

const everyMs = 120;

function setUp() {
  const clock = createFakeClock();
  const turns: string[][] = [];
  let turn: string[] = [];
  /** Notes what is done in one turn, as React draws it at once. */
  const close = (): void => {
    if (turn.length > 0) turns.push(turn);
    turn = [];
  };
  const beat = createBeat({
    everyMs,
    nowMs: () => clock.monotonicMs(),
    after: (delayMs, work) =>
      clock.after(delayMs, () => {
        try {
          work();
        } finally {
          close();
        }
      }),
  });
  const note = (name: string) => (): void => void turn.push(name);
  return { clock, beat, turns, close, note };
}

test('when nothing came before, it is taken in at once; what follows waits and is taken in together, in its order', () => {
  const { clock, beat, turns, close, note } = setUp();
  beat.join(note('first'));
  close();
  expect(turns).toEqual([['first']]);
  for (const name of ['flush', 'tick', 'site', 'answer']) beat.join(note(name));
  clock.advance(everyMs - 1);
  expect(turns).toHaveLength(1);
  clock.advance(1);
  expect(turns).toEqual([['first'], ['flush', 'tick', 'site', 'answer']]);
});

test('when news comes all the time from everywhere, there are no more than nine turns in any second', () => {
  const { clock, beat, turns, close, note } = setUp();
  const turnsAt: number[] = [];
  for (let ms = 0; ms < 10_000; ms += 7) {
    beat.join(note('news'));
    close();
    for (let at = turnsAt.length; at < turns.length; at += 1) turnsAt.push(ms);
    clock.advance(7);
  }
  for (const from of turnsAt)
    expect(turnsAt.filter((at) => at >= from && at < from + 1000).length).toBeLessThanOrEqual(9);
  expect(turnsAt.length).toBeGreaterThan(70);
});

test('when what is taken in brings about more, that is taken in with it', () => {
  const { clock, beat, turns, close, note } = setUp();
  beat.join(note('first'));
  close();
  beat.join(() => beat.join(note('within')));
  beat.join(note('after'));
  clock.advance(everyMs);
  expect(turns.at(-1)).toEqual(['within', 'after']);
});

test('when one of them breaks, those behind it come with the next beat', () => {
  const { clock, beat, turns, close, note } = setUp();
  beat.join(note('first'));
  close();
  beat.join(note('before'));
  beat.join(() => {
    throw new Error('it broke');
  });
  beat.join(note('behind'));
  expect(() => clock.advance(everyMs)).toThrow('it broke');
  expect(turns.at(-1)).toEqual(['before']);
  clock.advance(everyMs);
  expect(turns.at(-1)).toEqual(['behind']);
});

test('when the browser holds its timers back, news itself makes the beat that is overdue', () => {
  let nowMs = 0;
  const seen: string[] = [];
  const beat = createBeat({ everyMs, nowMs: () => nowMs, after: () => () => undefined });
  beat.join(() => seen.push('first'));
  beat.join(() => seen.push('second'));
  nowMs = everyMs;
  beat.join(() => seen.push('third'));
  expect(seen).toEqual(['first', 'second', 'third']);
});

/** A subscription over the link, told by `hub`, and the page that follows it. */
function followOver(type: 'subscription' | 'query') {
  const beats: (() => void)[] = [];
  let hub: Observer<never, never> | undefined;
  const link = beatLink((work) => beats.push(work))({});
  const seen: unknown[] = [];
  const op = { id: 1, type, path: 'news', input: undefined, context: {}, signal: null } as const;
  const following = link({
    op,
    next: () =>
      observable((observer) => {
        hub = observer as never;
      }),
  }).subscribe({
    next: ({ result }) => seen.push(result.type === 'data' ? result.data : result.type),
    error: (error) => seen.push(error.message),
    complete: () => seen.push('over'),
  });
  const tell = (data: unknown, kind = 'data'): void => hub?.next({ result: { type: kind, data } } as never);
  const beat = (): void => beats.splice(0).forEach((work) => work());
  return { seen, tell, beat, beats, following, hub: () => hub };
}

test('when the hub goes on telling, the first comes at once and the rest with the beat, its end behind all of it', () => {
  const { seen, tell, beat, hub } = followOver('subscription');
  tell(undefined, 'started');
  tell('one');
  expect(seen).toEqual(['started', 'one']);
  tell('two');
  tell('three');
  hub()?.error(TRPCClientError.from(new Error('the connection went')) as never);
  expect(seen).toHaveLength(2);
  beat();
  expect(seen.slice(2)).toEqual(['two', 'three', 'the connection went']);
});

test('when nobody follows any more, what waited for the beat is not told', () => {
  const { seen, tell, beat, following } = followOver('subscription');
  tell('one');
  tell('two');
  following.unsubscribe();
  beat();
  expect(seen).toEqual(['one']);
});

test('when the page asked, the answer does not wait for a beat', () => {
  const { seen, tell, beats, hub } = followOver('query');
  tell('answer');
  hub()?.complete();
  expect(seen).toEqual(['answer', 'over']);
  expect(beats).toEqual([]);
});
