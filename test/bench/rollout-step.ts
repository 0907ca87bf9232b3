// One step of a rollout with 10,000 devices: a hundred attempts end and the next hundred begin, from the events to the commit.
// Against the same rows written bare, in one transaction with the same sync of the disk.
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { pino } from 'pino';
import type { DeploymentId, DeviceId } from '#base/ids.ts';
import type { RolloutEvent } from '#domain/rollouts/rollout-event.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import { answersAtOnce } from '#hub/rollouts/preflight-round.ts';
import { stepOf, writeStep } from '#hub/rollouts/rollout-step.ts';
import { openStore } from '#store/open-store.ts';
import type { Rollout } from '#store/rollout-types.ts';
import type { Store } from '#store/store-types.ts';
import { newRollout } from '#domain/rollouts/rollout.ts';
import { newPolicy, newTarget } from '#test/support/rollout-fleet.ts';
import { figure, inTurns, median, pairedRatio, percentile, type Workload } from './measure.ts';
import { processorMsOf } from './processor-time.ts';

const devices = 10_000;
const atOnce = 100;
const rounds = 40;
/** As the controller lets them (hub/rollouts/rollout-joining.ts). */
const mostJoining = 250;

export const rolloutStep: Workload = {
  name: 'rollout-step',
  async run(run) {
    const store = openStore({ dir: run.folder('site'), clock: createSystemClock(), log: pino({ level: 'silent' }) });
    run.atEnd.push(() => Promise.resolve(store.close()));
    const writeBare = openFloor(join(run.folder('floor'), 'floor.db'));
    // The first steps pay for the compiler.
    const warm = startRollout(store, 3, atOnce);
    for (let step = 0; step < rounds; step += 1) warm.endAndBegin();
    const whole = startRollout(store, 1, null);
    run.say(
      `${mostJoining} join in a step: at most ${figure(whole.joinMs)} ms; ${answersAtOnce} begin in one: at most ${figure(whole.beginMs)} ms`,
    );
    const course = startRollout(store, 2, atOnce);
    const quiet = Array.from({ length: 20 }, () => course.tick());
    const all = { ours: [] as number[], floor: [] as number[] };
    const rows = await inTurns(rounds, {
      ours() {
        const tookMs = course.endAndBegin();
        all.ours.push(tookMs);
        return Promise.resolve(tookMs);
      },
      floor() {
        const tookMs = writeBare(course.rowsAtOnce);
        all.floor.push(tookMs);
        return Promise.resolve(tookMs);
      },
    });
    const processorMs = [...whole.processorMs, ...course.processorMs];
    return {
      name: rolloutStep.name,
      ours: p50AndP99(all.ours),
      floor: p50AndP99(all.floor),
      ratio: pairedRatio(rows),
      judged: Math.max(...processorMs),
      target: { of: 'ours', atMost: 50, unit: 'ms of processor time in the longest step' },
      note:
        `${figure(devices)} devices in one rollout, ${atOnce} in change at once: each step ends ${atOnce} attempts and begins ${atOnce}, ` +
        `with state, attempts and journal on disk; a step in which nothing happens takes ${figure(median(quiet))} ms. Where all ` +
        `may begin, they do so ${answersAtOnce} a step: at most ${figure(whole.beginMs)} ms. They join ${mostJoining} a step: at most ` +
        `${figure(whole.joinMs)} ms. Floor: the same number of rows of the same columns, bare, in one commit with synchronous=FULL.`,
    };
  },
};

function startRollout(store: Store, number: number, concurrency: number | null) {
  const policy = newPolicy({ concurrency });
  const cause = { by: 'console', reason: 'The bench made it.', atMs: 0 } as const;
  const state = newRollout(`rollout-${number}` as DeploymentId, policy, cause);
  let rollout: Rollout = {
    number,
    targetCondition: '*',
    state,
    isOpen: true,
    redeployedNumber: null,
    takesBackNumber: null,
    ledByNumber: null,
  };
  let runMs = 0;
  const processorMs: number[] = [];
  store.change((write) => write.rollouts.insert(rollout));
  const take = (events: readonly RolloutEvent[]): number => {
    runMs += 1000;
    const startedAtMs = performance.now();
    const spentMs = processorMsOf(() => {
      const step = stepOf(rollout, events, { wallMs: runMs, runMs });
      if (!step.isIdle) store.change((write) => writeStep(write, step, 'hub'));
      rollout = step.after;
    });
    processorMs.push(spentMs);
    return performance.now() - startedAtMs;
  };
  const targets = Array.from({ length: devices }, (_, index) => newTarget(`device-${String(index).padStart(5, '0')}`));
  const joins = Array.from({ length: devices / mostJoining }, (_, part) => {
    const joining = targets.slice(part * mostJoining, (part + 1) * mostJoining);
    const isLast = (part + 1) * mostJoining === devices;
    return take([{ kind: 'targets-joined', targets: joining, ...(!isLast && { of: devices }) }]);
  });
  const joinMs = Math.max(...joins);
  const cleared = targets.map(clear);
  const begins = Array.from({ length: devices / answersAtOnce }, (_, part) =>
    take(cleared.slice(part * answersAtOnce, (part + 1) * answersAtOnce)),
  );
  const beginMs = Math.max(...begins);
  return {
    joinMs,
    beginMs,
    /** Of each step so far. */
    processorMs,
    /** Devices that end, devices that begin, and their attempts. */
    rowsAtOnce: 4 * atOnce,
    tick: () => take([{ kind: 'time-passed' }]),
    endAndBegin(): number {
      const changing = [...rollout.state.devices].filter(([, { isChanging }]) => isChanging);
      const ends = changing.map(([deviceId, { attempt }]): RolloutEvent => {
        return { kind: 'attempt-ended', deviceId, attempt, number: 1, verdict: 'done', reason: null };
      });
      return take(ends);
    },
  };
}

function clear({ deviceId }: { readonly deviceId: DeviceId }): RolloutEvent {
  return { kind: 'preflight-answered', deviceId, answer: { kind: 'go' } };
}

/** Returns how to write so many rows in one commit, and how long it took in milliseconds. */
function openFloor(path: string): (rows: number) => number {
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  const columns = Array.from({ length: 21 }, (_, index) => `c${index}`);
  db.exec(`CREATE TABLE rows (${columns.join(' ANY, ')} ANY, PRIMARY KEY (c0, c1)) STRICT, WITHOUT ROWID`);
  const insert = db.prepare(`INSERT OR REPLACE INTO rows VALUES (${columns.map(() => '?').join()})`);
  let first = 0;
  return (rows) => {
    const startedAtMs = performance.now();
    db.transaction(() => {
      for (let row = 0; row < rows; row += 1)
        insert.run([
          1,
          `device-${String((first + row) % devices).padStart(5, '0')}`,
          0,
          'success',
          ...columns.slice(4).map(() => 1),
        ]);
    })();
    first += rows;
    return performance.now() - startedAtMs;
  };
}

function p50AndP99(values: readonly number[]): string {
  return `p50 ${figure(percentile(values, 50))} ms, p99 ${figure(percentile(values, 99))} ms`;
}
