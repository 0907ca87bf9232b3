// Whether a rollout over 10,000 devices leaves the event loop to the devices, whatever happens to it, by the processor time of its
// longest turn; wall time beside it counts the disk and the neighbours too. LANYARD_BENCH_DEVICES: another number of devices.
import { startAsked } from './bench-process.ts';
import { roleDeployments, seedLargeSite } from './large-site.ts';
import { textOfWork, type LongWork } from './longest-turn.ts';
import { figure, type Workload } from './measure.ts';

const devices = Number(process.env['LANYARD_BENCH_DEVICES'] ?? 10_000);

export const rolloutHolds: Workload = {
  name: 'rollout-holds',
  async run(run) {
    run.say(`writing ${devices} devices`);
    const dir = run.folder('site');
    await seedLargeSite({ dir, devices, deployments: roleDeployments(1) });
    const site = startAsked(run, './rollout-holds-main.ts');
    const { measures } = await site.ask<{ readonly measures: readonly LongWork[] }>({ dir, devices });
    const longestTurnMs = Math.max(...measures.map((work) => work.longestTurnMs));
    return {
      name: rolloutHolds.name,
      ours: `${figure(longestTurnMs)} ms in one turn`,
      floor: 'none',
      ratio: Number.NaN,
      judged: longestTurnMs,
      target: { of: 'ours', atMost: 50, unit: 'ms of processor time in the longest turn' },
      note:
        `a rollout over ${figure(devices)} connected devices, with the evaluation that follows. Each with the processor time of its ` +
        'longest turn, the longest hold of the event loop by the wall, and how long it took: ' +
        `${measures.map(textOfWork).join('; ')}.`,
    };
  },
};
