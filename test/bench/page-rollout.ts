// The screen of a rollout over 10,000 devices in ten waves, while it runs: how soon it can be used, what its changes cost the page,
// how fast a state is picked out and the devices are scrolled. Beside the budgets of the product. LANYARD_BENCH_DEVICES: another
// number of devices; LANYARD_BENCH_CONNECTED: fewer connected ones.
import type { Page } from 'playwright';
import { partWords } from '#renderer/words/rollout-words.ts';
import { aBase } from '#test/support/build-deployment.ts';
import { openBrowser } from '#test/support/browser.ts';
import { openConsoleWindow } from '#test/support/console-window.ts';
import { eventually } from '#test/support/eventually.ts';
import type { HubProcess } from '#test/support/hub-process.ts';
import { newGate, newPolicy, newWave } from '#test/support/rollout-fleet.ts';
import { seedSite } from '#test/support/seed-site.ts';
import { startAsked, startHub } from './bench-process.ts';
import { type BenchResult, type BenchRun, figure, median } from './measure.ts';
import { addProbe, commitsOf, scrollRows, takeLongTasks, timePart } from './page-probe.ts';
import type { AgentsOrder, AgentsTold } from './page-rollout-main.ts';
import { revisionContent } from './revisions.ts';
import { untilQuiet } from './until-quiet.ts';
import { untilSettled } from './until-settled.ts';

const devices = Number(process.env['LANYARD_BENCH_DEVICES'] ?? 10_000);
/** The first of them; the others are away. */
const connected = Number(process.env['LANYARD_BENCH_CONNECTED'] ?? devices);
/** In one answer of the agents' process, which has five minutes for each. */
const connectAtOnce = 500;
const waves = 10;
const changesPerSecond = 500;
const openings = 3;
const busySeconds = 15;
const id = 'revision-1';

export const pageRollout = {
  name: 'page-rollout',
  async run(run: BenchRun): Promise<readonly BenchResult[]> {
    const dir = run.folder('hub');
    run.say(`writing ${devices} devices`);
    seedSite({ dir, devices, isEdge: true, deployments: [aBase({ targetCondition: '*' })] });
    const hub = await startHub(run, dir);
    await untilSettled(dir, devices, 600_000);
    await untilQuiet(hub.ready.pid);
    const agents = startAsked(run, './page-rollout-main.ts');
    const ask = (order: AgentsOrder): Promise<AgentsTold> => agents.ask(order);
    run.say('connecting them');
    const { caFile } = hub.ready;
    for (let first = 0; first < connected; first += connectAtOnce) {
      const portion = { first, devices: Math.min(connectAtOnce, connected - first) };
      await ask({ do: 'connect', order: { port: hub.mqttPort, caFile, ...portion, parallel: 50, as: 'agents' } });
    }
    await rollOut(hub);
    await ask({ do: 'begin', perSecond: changesPerSecond });
    // The first wave is through, or a part of it, so that there is something of everything to see.
    await eventually(async () => {
      const { ended } = await ask({ do: 'tell' });
      if (ended < Math.min(devices / waves, connected / 4)) throw new Error(`only ${ended} attempts came to an end`);
    }, 240_000);
    const browser = await openBrowser();
    run.atEnd.push(() => browser.close());
    const tab = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
    await addProbe(tab);
    const usable = await timeOpenings(run, tab, hub.ready.console);
    const busy = await watch(run, tab, ask);
    return [usable, ...busy, ...(await useDevices(run, tab, ask))];
  },
};

/** All devices, a tenth to a wave; no wave waits for anything but its devices. */
async function rollOut({ ready }: HubProcess): Promise<void> {
  const gate = newGate({ successPercent: 50 });
  const members = { kind: 'count', count: Math.floor(devices / waves) } as const;
  const named = Array.from({ length: waves - 1 }, (_, at) => newWave({ name: `wave ${at + 1}`, members, gate }));
  const policy = newPolicy({ waves: [...named, newWave({ name: 'the rest', gate })], settleMs: 0 });
  const window = await openConsoleWindow(ready.console);
  const deployment = { id, priority: 20, targetCondition: '*', content: revisionContent(1) };
  await window.client.createRollout.mutate({ deployment, policy: policy as never });
  window.close();
}

async function timeOpenings(run: BenchRun, tab: Page, address: string): Promise<BenchResult> {
  const usable: number[] = [];
  const { origin } = new URL(address);
  // The first one opens the session, and is a browser's own first.
  await tab.goto(address);
  await tab.locator('main :is(h1, h2)').first().waitFor();
  for (let round = 0; round < openings; round += 1) {
    await tab.goto('about:blank');
    const startedAtMs = performance.now();
    await tab.goto(`${origin}/#/rollouts/${id}`);
    await tab.locator('tr[data-rollout-device]').first().waitFor({ timeout: 60_000 });
    await timePart(tab, partWords.done.word);
    usable.push(performance.now() - startedAtMs);
  }
  run.say(`usable after ${usable.map(figure).join(', ')} ms`);
  return beside(
    'page-rollout-usable',
    median(usable),
    2000,
    'ms',
    `its devices are shown, and those of a state picked out, ${openings} openings`,
  );
}

async function watch(
  run: BenchRun,
  tab: Page,
  ask: (order: AgentsOrder) => Promise<AgentsTold>,
): Promise<readonly BenchResult[]> {
  await timePart(tab, 'All');
  await takeLongTasks(tab);
  const before = { commits: await commitsOf(tab), ...(await ask({ do: 'tell' })) };
  const startedAtMs = performance.now();
  await new Promise((resolve) => setTimeout(resolve, busySeconds * 1000));
  const seconds = (performance.now() - startedAtMs) / 1000;
  const commits = (await commitsOf(tab)) - before.commits;
  const { sent, ended } = await ask({ do: 'tell' });
  const long = await takeLongTasks(tab);
  run.say(`tasks over 50 ms: ${long.map(figure).join(', ')}`);
  const rate = figure((sent - before.sent) / seconds);
  const note = `${rate} changes of its devices a second for ${figure(seconds)} s, ${ended} attempts at their end`;
  return [
    beside('page-rollout-renders', commits / seconds, 10, 'a second', `React commits at ${note}`),
    beside('page-rollout-tasks', Math.max(0, ...long), 50, 'ms', `longest task (${long.length} over 50 ms) at ${note}`),
  ];
}

async function useDevices(
  run: BenchRun,
  tab: Page,
  ask: (order: AgentsOrder) => Promise<AgentsTold>,
): Promise<readonly BenchResult[]> {
  const parts: number[] = [];
  for (let round = 0; round < 4; round += 1)
    for (const part of [partWords.done.word, partWords.failed.word, 'All']) parts.push(await timePart(tab, part));
  const { sent } = await ask({ do: 'tell' });
  await takeLongTasks(tab);
  const frames = await scrollRows(tab, 300, 400);
  const long = await takeLongTasks(tab);
  const changed = (await ask({ do: 'tell' })).sent - sent;
  run.say(
    `a state is picked out in ${parts.map(figure).join(', ')} ms; tasks while scrolling ${long.map(figure).join(', ')}`,
  );
  return [
    beside(
      'page-rollout-part',
      Math.max(...parts),
      50,
      'ms',
      `worst of ${parts.length}, from the click until those of a state are painted`,
    ),
    beside(
      'page-rollout-scroll',
      Math.max(0, ...long),
      50,
      'ms',
      `longest task of 300 frames over 120,000 px (${long.length} over 50 ms), ${changed} changes meanwhile; frames ${figure(median(frames))} ms in the middle`,
    ),
  ];
}

function beside(name: string, value: number, budget: number, unit: string, note: string): BenchResult {
  return {
    name,
    ours: `${figure(value)} ${unit}`,
    floor: `budget ${budget} ${unit}`,
    ratio: value / budget,
    target: { of: 'ratio', atMost: 1 },
    note: `a rollout over ${figure(devices)} devices in ${waves} waves, ${figure(connected)} of them connected: ${note}.`,
  };
}
