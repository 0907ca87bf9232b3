// `npm run bench [-- NAME …]`: runs the workloads one after another and prints one table. It fails when a workload cannot be
// run, never because of a time.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isBuildStale, productRoot } from '#entry/build-freshness.js';
import { buildAll } from '#entry/page-build.ts';
import { benchTable } from './bench-table.ts';
import { conditions } from './conditions.ts';
import { connectStorm } from './connect-storm.ts';
import { evaluateFleet } from './evaluate-fleet.ts';
import { evaluationScale } from './evaluation-scale.ts';
import { fanOut, rolloutFanOut } from './fan-out.ts';
import { hostileTexts } from './hostile-texts.ts';
import { imageImport, imagePull, imagePulls } from './images.ts';
import { idleMemory } from './idle-memory.ts';
import { ingest } from './ingest.ts';
import { layering } from './layering.ts';
import { longWork } from './long-work.ts';
import type { BenchResult, BenchRun, Workload } from './measure.ts';
import { page } from './page.ts';
import { pageRollout } from './page-rollout.ts';
import { queries } from './queries.ts';
import { rolloutHolds } from './rollout-holds.ts';
import { rolloutStep } from './rollout-step.ts';
import { start } from './start.ts';
import { tagToDesired } from './tag-to-desired.ts';
import { tagToPlan } from './tag-to-plan.ts';

const workloads: readonly Workload[] = [
  ingest,
  connectStorm,
  tagToDesired,
  conditions,
  hostileTexts,
  evaluateFleet,
  layering,
  tagToPlan,
  evaluationScale,
  longWork,
  queries,
  rolloutStep,
  rolloutHolds,
  fanOut,
  rolloutFanOut,
  start,
  idleMemory,
  imagePull,
  imagePulls,
  imageImport,
  page,
  pageRollout,
];

async function runAll(chosen: readonly Workload[], home: string): Promise<readonly BenchResult[]> {
  const results: BenchResult[] = [];
  for (const workload of chosen) {
    const run = newRun(workload.name, home);
    run.say('begins');
    try {
      results.push(...[await workload.run(run)].flat());
    } finally {
      for (const end of run.atEnd.toReversed()) await end();
      rmSync(join(home, workload.name), { recursive: true, force: true });
    }
  }
  return results;
}

function newRun(name: string, home: string): BenchRun {
  return {
    atEnd: [],
    say: (line) => void process.stderr.write(`${name}: ${line}\n`),
    folder(folderName) {
      const path = join(home, name, folderName);
      rmSync(path, { recursive: true, force: true });
      mkdirSync(path, { recursive: true });
      return path;
    },
  };
}

async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !workloads.some((workload) => workload.name === name));
  if (unknown.length > 0) {
    const known = workloads.map(({ name }) => name).join(', ');
    process.stderr.write(`There is no benchmark '${unknown.join("', '")}': choose from ${known}.\n`);
    return 2;
  }
  // What is measured is what users run: the bundle.
  const root = productRoot(import.meta.dirname);
  if (isBuildStale(root)) await buildAll(root);
  const home = mkdtempSync(join(tmpdir(), 'lanyard-bench-'));
  try {
    const results = await runAll(
      names.length === 0 ? workloads : workloads.filter(({ name }) => names.includes(name)),
      home,
    );
    process.stdout.write(`${benchTable(results)}\n`);
    return 0;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

process.exitCode = await main(process.argv.slice(2));
