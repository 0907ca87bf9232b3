// Who is asked when, how many at once, and what becomes of answers that come late or never.
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import type { DeviceId } from '#base/ids.ts';
import type { RolloutEvent } from '#domain/rollouts/rollout-event.ts';
import { createAskLine } from '#hub/turns/ask-line.ts';
import { answersAtOnce, createPreflightRound } from '#hub/rollouts/preflight-round.ts';
import type { Preflight } from '#hub/rollouts/preflight.ts';
import { freshHubParts } from '#test/support/fresh-hub-parts.ts';
import { aBase, deploymentId } from '#test/support/hub-parts.ts';

const log = pino({ level: 'silent' });
const parts = freshHubParts();
const ids = (howMany: number): DeviceId[] => Array.from({ length: howMany }, (_, at) => `d${at}` as DeviceId);
const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));
/** One in which they are asked, one in which they are told, and one in which that is over. */
const turns = async () => {
  for (let at = 0; at < 3; at += 1) await turn();
};

function aRound(ask: Preflight['ask']) {
  parts.deployments.create(aBase('v1'), 'service');
  const round = createPreflightRound({ read: parts.store.read, log, preflight: { ask }, turn });
  const told: RolloutEvent[][] = [];
  return {
    round,
    told,
    ask: (deviceIds: readonly DeviceId[]) =>
      round.ask(deploymentId('v1'), deviceIds, (events) => void told.push([...events])),
  };
}

describe('a round of preflights', () => {
  test('when many answer at once, they are told in parts, and each is asked once meanwhile', async () => {
    const asked: DeviceId[] = [];
    const { told, ask } = aRound(({ deviceId }) => {
      asked.push(deviceId);
      return Promise.resolve({ kind: 'go' });
    });
    const all = ids(2 * answersAtOnce + 1);
    ask(all);
    ask(all);
    for (let at = 0; at < 9; at += 1) await turn();
    expect(asked).toEqual(all);
    expect(Math.max(...told.map(({ length }) => length))).toBe(answersAtOnce);
    expect(told.flat()).toHaveLength(all.length);
    ask(all.slice(0, 1));
    await turn();
    expect(asked).toHaveLength(all.length + 1);
  });

  test('when one does not answer, the others are told', async () => {
    const { told, ask } = aRound(({ deviceId }) =>
      deviceId === 'd0' ? new Promise(() => undefined) : Promise.resolve({ kind: 'go' }),
    );
    ask(ids(3));
    await turns();
    expect(told).toEqual([
      ['d1', 'd2'].map((deviceId) => ({ kind: 'preflight-answered', deviceId, answer: { kind: 'go' } })),
    ]);
  });

  test('when one cannot be asked, it waits and says that, and is asked again', async () => {
    let calls = 0;
    const { told, ask } = aRound(() => {
      calls += 1;
      return Promise.reject(new Error('the disk is gone'));
    });
    ask(ids(1));
    await turns();
    expect(told).toEqual([
      [
        {
          kind: 'preflight-answered',
          deviceId: 'd0',
          answer: { kind: 'wait', obstacles: [expect.stringContaining('for a reason within the hub')] },
        },
      ],
    ]);
    ask(ids(1));
    await turn();
    expect(calls).toBe(2);
  });

  test('when one is not due any more, or the rollout is over, it is dropped, and asked when it is due again', async () => {
    const line = createAskLine(1);
    const { promise: first, resolve: answerFirst } = Promise.withResolvers<void>();
    const asked: DeviceId[] = [];
    const { round, told, ask } = aRound(({ deviceId, isDue = () => true }) =>
      line.ask(isDue, async () => {
        asked.push(deviceId);
        if (deviceId === 'd0') await first;
        return { kind: 'go' } as const;
      }),
    );
    ask(ids(4));
    await turn();
    expect(asked).toEqual(['d0']);
    ask(ids(3));
    answerFirst();
    await turns();
    expect(asked).toEqual(['d0', 'd1', 'd2']);
    ask(ids(4));
    await turns();
    expect(asked.slice(3)).toEqual(ids(4));
    expect(told.flat()).toHaveLength(7);
    const hang = aRoundThatIsStopped();
    hang.ask(ids(2));
    await turn();
    hang.round.stop();
    hang.end();
    await turn();
    expect(hang.asked).toEqual(['d0']);
    round.stop();
  });

  test('when it is stopped in the turn in which it asks, nobody is asked', async () => {
    let calls = 0;
    const { round, told, ask } = aRound(() => {
      calls += 1;
      return Promise.resolve({ kind: 'go' });
    });
    ask(ids(2));
    round.stop();
    await turns();
    expect([calls, told]).toEqual([0, []]);
  });
});

function aRoundThatIsStopped() {
  const line = createAskLine(1);
  const { promise, resolve } = Promise.withResolvers<void>();
  const asked: DeviceId[] = [];
  const round = createPreflightRound({
    read: parts.store.read,
    log,
    turn,
    preflight: {
      ask: ({ deviceId, isDue = () => true }) =>
        line.ask(isDue, async () => {
          asked.push(deviceId);
          await promise;
          return { kind: 'go' } as const;
        }),
    },
  });
  return {
    round,
    asked,
    end: resolve,
    ask: (deviceIds: readonly DeviceId[]) => round.ask(deploymentId('v1'), deviceIds, () => undefined),
  };
}

describe('a line', () => {
  test('when more are asked than may be at once, the rest wait in their order, and a failure makes room', async () => {
    const line = createAskLine(2);
    const ends: ((error?: Error) => void)[] = [];
    const begun: number[] = [];
    const work = (number: number) => () =>
      new Promise<number>((resolve, reject) => {
        begun.push(number);
        ends[number] = (error) => (error === undefined ? resolve(number) : reject(error));
      });
    const all = [0, 1, 2, 3, 4].map((number) => line.ask(() => number !== 3, work(number)));
    await turn();
    expect(begun).toEqual([0, 1]);
    ends[1]?.(new Error('no'));
    await expect(all[1]).rejects.toThrow('no');
    await turn();
    expect(begun).toEqual([0, 1, 2]);
    ends[2]?.();
    await turn();
    expect(begun).toEqual([0, 1, 2, 4]);
    ends[0]?.();
    ends[4]?.();
    expect(await Promise.all([all[0], all[2], all[3], all[4]])).toEqual([0, 2, null, 4]);
  });
});
