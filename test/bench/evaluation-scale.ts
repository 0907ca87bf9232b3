// Whether a change costs what it changes or what the fleet has: the same changes on sites of 1,000, 10,000 and 100,000 devices,
// by processor time, so that a busy disk or a neighbour counts little.
import { startAsked, type Asked } from './bench-process.ts';
import type { ChangeCosts, StartCosts } from './evaluation-main.ts';
import { devicesInRow, roleDeployments, seedLargeSite } from './large-site.ts';
import { figure, median, type BenchRun, type Workload } from './measure.ts';

const sizes = [1000, 10_000, 100_000] as const;
const deployments = 1000;
const rounds = 5;
const tagsPerRound = 100;
const deploymentsPerRound = 10;

interface Site {
  readonly devices: number;
  readonly process: Asked;
  readonly start: StartCosts;
  /** Milliseconds of processor time for one change, by round. */
  readonly tagMs: number[];
  readonly deployMs: number[];
}

export const evaluationScale: Workload = {
  name: 'evaluation-scale',
  async run(run) {
    const sites: Site[] = [];
    for (const devices of sizes) sites.push(await openSite(run, devices));
    // The round before the first pays for the compiler.
    for (let round = -1; round < rounds; round += 1) {
      for (const site of round % 2 === 0 ? sites : sites.toReversed()) await timeRound(site, round);
    }
    const [small] = sites;
    const large = sites.at(-1);
    if (small === undefined || large === undefined) throw new Error('there is no site to compare');
    const tagRatio = medianRatio(large.tagMs, small.tagMs);
    const deployRatio = medianRatio(large.deployMs, small.deployMs);
    return {
      name: evaluationScale.name,
      ours: `${costsText(large)} with ${figure(large.devices)}`,
      floor: `${costsText(small)} with ${figure(small.devices)}`,
      ratio: Math.max(tagRatio, deployRatio),
      target: { of: 'ratio', atMost: 1.5 },
      note:
        `processor time of a tag change that leads to a new plan, and of a deployment for ${devicesInRow} devices, on sites of ` +
        `${sizes.map(figure).join(', ')} edge devices with ${figure(deployments)} deployments each; median of ${rounds} rounds in turns; ` +
        `between them: ${sites.slice(1, -1).map(costsText).join()}. The ratio is the larger of ${figure(tagRatio)} (tag) and ` +
        `${figure(deployRatio)} (deployment). Looking at all ${figure(large.devices)} once, as at a start, took ` +
        `${figure(large.start.elapsedMs / 1000)} s beside other work; the longest turn held the event loop for ${figure(large.start.longestTurnMs)} ms.`,
    };
  },
};

async function openSite(run: BenchRun, devices: number): Promise<Site> {
  run.say(`writing ${devices} devices`);
  const dir = run.folder(String(devices));
  await seedLargeSite({ dir, devices, deployments: roleDeployments(deployments) });
  const process = startAsked(run, './evaluation-main.ts');
  const start = await process.ask<StartCosts>({ do: 'open', dir });
  return { devices, process, start, tagMs: [], deployMs: [] };
}

async function timeRound({ process, tagMs, deployMs }: Site, round: number): Promise<void> {
  const tags = { do: 'tag', first: (round + 1) * tagsPerRound, changes: tagsPerRound };
  const tag = (await process.ask<ChangeCosts>(tags)).processorMs / tagsPerRound;
  const rows = { do: 'deploy', first: (round + 1) * deploymentsPerRound, changes: deploymentsPerRound };
  const deploy = (await process.ask<ChangeCosts>(rows)).processorMs / deploymentsPerRound;
  if (round < 0) return;
  tagMs.push(tag);
  deployMs.push(deploy);
}

function medianRatio(large: readonly number[], small: readonly number[]): number {
  return median(large.map((value, round) => value / (small[round] ?? Number.NaN)));
}

function costsText({ tagMs, deployMs }: Site): string {
  return `tag ${figure(median(tagMs))} ms, deployment ${figure(median(deployMs))} ms`;
}
