// Whether long work leaves the event loop to the devices: deletions, removals, imports, large messages and many groups on a site of
// 10,000 devices, by the processor time of their longest turn; wall time beside it counts the disk and the neighbours too.
import { startAsked } from './bench-process.ts';
import { roleDeployments, seedLargeSite } from './large-site.ts';
import { textOfWork, type LongWork } from './longest-turn.ts';
import { figure, type Workload } from './measure.ts';

const devices = 10_000;
const deployments = 20;

export const longWork: Workload = {
  name: 'long-work',
  async run(run) {
    run.say(`writing ${devices} devices`);
    const dir = run.folder('site');
    await seedLargeSite({ dir, devices, deployments: roleDeployments(deployments) });
    const site = startAsked(run, './long-work-main.ts');
    const { measures } = await site.ask<{ readonly measures: readonly LongWork[] }>({ dir });
    const longestTurnMs = Math.max(...measures.map((work) => work.longestTurnMs));
    return {
      name: longWork.name,
      ours: `${figure(longestTurnMs)} ms in one turn`,
      floor: 'none',
      ratio: Number.NaN,
      judged: longestTurnMs,
      target: null,
      note: `${figure(devices)} edge devices, ${deployments} deployments. Each with the processor time of its longest turn, the longest hold of the event loop by the wall, and how long it took: ${measures.map(textOfWork).join('; ')}.`,
    };
  },
};
