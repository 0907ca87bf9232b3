// From a changed tag to the new plan on disk: tag, statuses, desired sections and revision, without any network. Against the two
// durable commits it cannot do without: the tag is on disk before the device is looked at.
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { startAsked } from './bench-process.ts';
import type { ChangeCosts } from './evaluation-main.ts';
import { roleDeployments, seedLargeSite } from './large-site.ts';
import { figure, inTurns, median, pairedRatio, percentile, type Workload } from './measure.ts';

const devices = 10_000;
const deployments = 1000;
const rounds = 4;
const changesPerRound = 250;

export const tagToPlan: Workload = {
  name: 'tag-to-plan',
  async run(run) {
    const dir = run.folder('site');
    await seedLargeSite({ dir, devices, deployments: roleDeployments(deployments) });
    const site = startAsked(run, './evaluation-main.ts');
    await site.ask({ do: 'open', dir });
    const commitTwice = openFloor(join(run.folder('floor'), 'floor.db'));
    let first = 0;
    // The first changes pay for the compiler.
    await site.ask({ do: 'tag', first, changes: changesPerRound });
    first += changesPerRound;
    const all = { ours: [] as number[], floor: [] as number[] };
    let processorMs = 0;
    const p99 = await inTurns(rounds, {
      async ours() {
        const costs = await site.ask<ChangeCosts>({ do: 'tag', first, changes: changesPerRound });
        first += changesPerRound;
        all.ours.push(...costs.latenciesMs);
        processorMs += costs.processorMs;
        run.say(`ours: p99 ${figure(percentile(costs.latenciesMs, 99))} ms`);
        return percentile(costs.latenciesMs, 99);
      },
      floor() {
        const latenciesMs = Array.from({ length: changesPerRound }, commitTwice);
        all.floor.push(...latenciesMs);
        run.say(`floor: p99 ${figure(percentile(latenciesMs, 99))} ms`);
        return Promise.resolve(percentile(latenciesMs, 99));
      },
    });
    return {
      name: tagToPlan.name,
      ours: p50AndP99(all.ours),
      floor: p50AndP99(all.floor),
      ratio: pairedRatio(p99),
      judged: percentile(all.ours, 99),
      target: { of: 'ours', atMost: 5 },
      note:
        `${figure(devices)} edge devices and ${figure(deployments)} deployments on disk; ${rounds * changesPerRound} tag changes one ` +
        'after another, each of which makes another layer match and adds a module, until the new revision is committed; ' +
        `${figure(processorMs / (rounds * changesPerRound))} ms of processor time each. The ratio is that of the p99s. ` +
        'Floor: two commits of 1 KB with synchronous=FULL; on a disk that others use, both sides show mostly that.',
    };
  },
};

/** Returns how to make two commits, one after the other, and how long they took in milliseconds. */
function openFloor(path: string): () => number {
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec('CREATE TABLE commits (number INTEGER PRIMARY KEY, body TEXT NOT NULL)');
  const insert = db.prepare('INSERT INTO commits (body) VALUES (?)');
  const body = 'x'.repeat(1024);
  return () => {
    const startedAtMs = performance.now();
    insert.run(body);
    insert.run(body);
    return performance.now() - startedAtMs;
  };
}

function p50AndP99(latenciesMs: readonly number[]): string {
  return `p50 ${figure(median(latenciesMs))} ms, p99 ${figure(percentile(latenciesMs, 99))} ms`;
}
