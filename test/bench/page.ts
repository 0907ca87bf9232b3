// The list of devices as a person feels it, in Chromium over a real hub: how soon it can be used, how fast it sorts, filters and
// scrolls, and what a busy site costs it. Beside the budgets of the product, for there is no other page to stand against.
import type { Page } from 'playwright';
import { openBrowser } from '#test/support/browser.ts';
import { deviceIdAt } from '#test/support/seed-site.ts';
import { startHub } from './bench-process.ts';
import { createFleet } from './device-fleet.ts';
import { type BenchResult, type BenchRun, figure, median, percentile } from './measure.ts';
import { keepReporting } from './page-changes.ts';
import { addProbe, commitsOf, scrollRows, takeLongTasks, timeFilter, timeSort } from './page-probe.ts';
import { makePageSite } from './page-site.ts';
import { untilQuiet } from './until-quiet.ts';

const devices = 10_000;
const openings = 5;
const rounds = 9;
const agents = 100;
const changesPerSecond = 500;
const elsewhereSeconds = 5;
/** `LANYARD_BENCH_PAGE_SECONDS=600` for the ten minutes over which memory is judged. */
const busySeconds = Number(process.env['LANYARD_BENCH_PAGE_SECONDS'] ?? 20);

export const page = {
  name: 'page',
  async run(run: BenchRun): Promise<readonly BenchResult[]> {
    const dir = run.folder('hub');
    await makePageSite(run, dir, devices);
    const hub = await startHub(run, dir);
    await untilQuiet(hub.ready.pid);
    const browser = await openBrowser();
    run.atEnd.push(() => browser.close());
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const tab = await context.newPage();
    await addProbe(tab);
    const opened = await timeOpenings(run, tab, hub.ready.console);
    await untilQuiet(hub.ready.pid);
    const still = await useList(tab);
    const fleet = createFleet();
    run.atEnd.push(async () => fleet.close());
    const { ready, mqttPort } = hub;
    await fleet.connect({ port: mqttPort, caFile: ready.caFile, devices: agents, parallel: 20, as: 'agents' });
    const busy = await useBusyList(run, tab, fleet.devices());
    return [...opened, ...still, ...busy];
  },
};

async function timeOpenings(run: BenchRun, tab: Page, address: string): Promise<readonly BenchResult[]> {
  const usable: number[] = [];
  const whole: number[] = [];
  const { origin } = new URL(address);
  // The first one opens the session, and is a browser's own first.
  await tab.goto(address);
  await tab.locator('main :is(h1, h2)').first().waitFor();
  for (let round = 0; round < openings; round += 1) {
    await tab.goto('about:blank');
    const startedAtMs = performance.now();
    await tab.goto(`${origin}/#/devices`);
    await tab.locator('tr[data-device]').first().waitFor();
    await timeFilter(tab, 'device-00001');
    usable.push(performance.now() - startedAtMs);
    await tab.locator('#find-devices').fill('');
    await tab.getByRole('link', { name: `All ${devices.toLocaleString('en')}` }).waitFor();
    whole.push(performance.now() - startedAtMs);
  }
  run.say(`usable after ${usable.map(figure).join(', ')} ms; all read after ${whole.map(figure).join(', ')} ms`);
  return [
    beside('page-usable', median(usable), 2000, 'ms', `first rows shown and the filter answers, ${openings} openings`),
    beside('page-whole', median(whole), 5000, 'ms', 'every device is read, counted and filtered'),
  ];
}

async function useList(tab: Page): Promise<readonly BenchResult[]> {
  const sorts: number[] = [];
  const filters: number[] = [];
  const columns = ['State', 'Last seen', 'Device'];
  await takeLongTasks(tab);
  for (let round = 0; round < rounds; round += 1) {
    sorts.push(await timeSort(tab, columns[round % columns.length] ?? 'Device'));
    filters.push(await timeFilter(tab, `north ${round}`), await timeFilter(tab, ''));
  }
  await takeLongTasks(tab);
  const frames = await scrollRows(tab, 300, 400);
  const long = await takeLongTasks(tab);
  return [
    beside('page-sort', percentile(sorts, 99), 100, 'ms', `worst of ${rounds}, from the click until it is painted`),
    beside(
      'page-filter',
      percentile(filters, 99),
      50,
      'ms',
      `worst of ${2 * rounds}, from the letter until it is painted`,
    ),
    beside(
      'page-scroll',
      Math.max(0, ...long),
      50,
      'ms',
      `longest task of 300 frames over 120,000 px (${long.length} over 50 ms); frames ${figure(median(frames))} ms in the middle`,
    ),
  ];
}

async function useBusyList(
  run: BenchRun,
  tab: Page,
  agentsOf: Parameters<typeof keepReporting>[0],
): Promise<readonly BenchResult[]> {
  const stop = keepReporting(agentsOf, changesPerSecond);
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const memory: number[] = [await usedMegabytes(tab)];
  await takeLongTasks(tab);
  const before = await commitsOf(tab);
  const startedAtMs = performance.now();
  while (performance.now() - startedAtMs < busySeconds * 1000) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(30_000, busySeconds * 250)));
    memory.push(await usedMegabytes(tab));
  }
  const seconds = (performance.now() - startedAtMs) / 1000;
  const commits = (await commitsOf(tab)) - before;
  const long = await takeLongTasks(tab);
  const elsewhere = await drawingsElsewhere(tab);
  const sent = stop();
  run.say(`memory ${memory.map(figure).join(', ')} MB; ${sent} reports sent`);
  const [first = Number.NaN, last = Number.NaN] = [memory[0], memory.at(-1)];
  return [
    beside(
      'page-renders',
      commits / seconds,
      10,
      'a second',
      `React commits at ${figure(sent / ((performance.now() - startedAtMs) / 1000 + 3))} reports a second for ${figure(seconds)} s; longest task ${figure(Math.max(0, ...long))} ms`,
    ),
    beside(
      'page-renders-elsewhere',
      Math.max(...elsewhere.map(({ aSecond }) => aSecond)),
      10,
      'a second',
      `React commits at the same rate on the screen that has most: ${elsewhere.map(({ path, aSecond }) => `${path} ${figure(aSecond)}`).join(', ')}`,
    ),
    beside(
      'page-memory',
      last - first,
      10,
      'MB',
      `growth of the used heap after collection, ${figure(first)} to ${figure(last)} MB, while they come`,
    ),
  ];
}

/** A device's page that is told of five times a second, and the screens that follow more than the list does. */
async function drawingsElsewhere(tab: Page): Promise<readonly { readonly path: string; readonly aSecond: number }[]> {
  const paths = ['/site', '/deployments', '/rollouts', '/groups', '/live', '/history', `/devices/${deviceIdAt(1)}`];
  const found: { readonly path: string; readonly aSecond: number }[] = [];
  for (const path of paths) {
    await tab.evaluate((to) => {
      window.location.hash = `#${to}`;
    }, path);
    await tab.locator('main :is(h1, h2)').first().waitFor();
    // What opening it costs is not what it costs to stand there.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const before = await commitsOf(tab);
    const startedAtMs = performance.now();
    await new Promise((resolve) => setTimeout(resolve, elsewhereSeconds * 1000));
    const commits = (await commitsOf(tab)) - before;
    found.push({ path, aSecond: (commits * 1000) / (performance.now() - startedAtMs) });
  }
  return found;
}

/** After a collection: what is really kept. */
async function usedMegabytes(tab: Page): Promise<number> {
  const session = await tab.context().newCDPSession(tab);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = (await session.send('Runtime.getHeapUsage')) as { readonly usedSize: number };
  await session.detach();
  return usedSize / 1e6;
}

function beside(name: string, value: number, budget: number, unit: string, note: string): BenchResult {
  return {
    name,
    ours: `${figure(value)} ${unit}`,
    floor: `budget ${budget} ${unit}`,
    ratio: value / budget,
    target: { of: 'ratio', atMost: 1 },
    note: `${devices} edge devices: ${note}.`,
  };
}
