// Twin queries over 10,000 devices: SQL that looks at what is asked for, against reading every twin and asking in memory.
import { performance } from 'node:perf_hooks';
import type { JsonObject } from '#base/json.ts';
import { deviceTwinJson } from '#contract/twin-json.ts';
import { evaluateTwinQuery } from '#domain/queries/twin-query-evaluate.ts';
import { parseTwinQuery } from '#domain/queries/twin-query.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import { createQueryOperations } from '#hub/operations/query-operations.ts';
import type { Store } from '#store/store-types.ts';
import { openSiteStore, seedSite } from '#test/support/seed-site.ts';
import { figure, inTurns, median, pairedRatio, type Rounds, type Workload } from './measure.ts';

const devices = 10_000;
const rounds = 5;
const asked = {
  'WHERE on a tag': "SELECT deviceId FROM devices WHERE tags.place.site = 'site-7'",
  'WHERE on a report': 'SELECT deviceId FROM devices WHERE properties.reported.readings.sensor-3.value >= 3',
  'GROUP BY': 'SELECT tags.place.site AS site, COUNT() AS devices FROM devices GROUP BY tags.place.site',
};

export const queries: Workload = {
  name: 'queries',
  async run(run) {
    const dir = run.folder('hub');
    seedSite({ dir, devices, tags: tagsOf, reported });
    const store = openSiteStore(dir);
    run.atEnd.push(() => Promise.resolve(store.close()));
    const longestTurnsMs: number[] = [];
    const measured: { readonly name: string; readonly times: Rounds<number> }[] = [];
    for (const [name, query] of Object.entries(asked)) {
      const times = await inTurns(rounds, {
        ours: () => timed(async () => longestTurnsMs.push(await longestTurn(() => inSql(store, query)))),
        floor: () => timed(() => Promise.resolve(inMemory(store, query))),
      });
      measured.push({ name, times });
      run.say(`${name}: ${figure(median(times.ours))} ms, in memory ${figure(median(times.floor))} ms`);
    }
    const ratios = measured.map(({ name, times }) => ({ name, ratio: pairedRatio(times) }));
    const all = (side: 'ours' | 'floor'): string =>
      measured.map(({ times }) => figure(median(times[side]))).join(' / ');
    return {
      name: queries.name,
      ours: `${all('ours')} ms`,
      floor: `${all('floor')} ms`,
      ratio: Math.max(...ratios.map(({ ratio }) => ratio)),
      target: { of: 'ratio', atMost: 0.5 },
      note:
        `${devices} devices with a kilobyte of reported properties, ${rounds} rounds each. Floor: every twin read, made into ` +
        "IoT Hub's document and put to the evaluator. " +
        `${ratios.map(({ name, ratio }) => `${name} ${figure(ratio)}`).join(', ')}; the ratio is the worst. ` +
        `Most processor time in one turn of the event loop: ${figure(median(longestTurnsMs))} ms.`,
    };
  },
};

function tagsOf(index: number): JsonObject {
  return { place: { site: `site-${index % 100}`, floor: index % 7 }, owner: `team-${index % 13}` };
}

const reported: JsonObject = {
  readings: Object.fromEntries(
    Array.from({ length: 16 }, (_, index) => [
      `sensor-${index}`,
      { value: index, unit: 'bar', taken: '2026-01-01T00:00:00Z' },
    ]),
  ),
};

async function inSql(store: Store, query: string): Promise<number> {
  const operations = createQueryOperations({ store, clock: createSystemClock() });
  let rows = 0;
  let continuation: string | null = null;
  do {
    const page = await operations.run(query, { limit: 1000, continuation });
    rows += page.rows.length;
    continuation = page.continuation;
  } while (continuation !== null);
  return rows;
}

function inMemory({ read }: Store, query: string): number {
  const parsed = parseTwinQuery(query);
  if (!parsed.ok) throw new Error(`the query cannot be read: ${query}`);
  const twins = read.devices.list({ limit: devices }).flatMap((device) => {
    const twin = read.twins.get({ deviceId: device.deviceId, moduleId: null });
    return twin === undefined ? [] : [deviceTwinJson(device, twin, 0, {})];
  });
  return evaluateTwinQuery(parsed.value, twins).length;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** The most processor time that `work` took in one turn of the event loop, during which others had to wait. */
async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  let longestMs = 0;
  let before = process.cpuUsage();
  const look = (): void => {
    const { user, system } = process.cpuUsage(before);
    longestMs = Math.max(longestMs, (user + system) / 1000);
    before = process.cpuUsage();
    next = setImmediate(look);
  };
  let next = setImmediate(look);
  await work();
  clearImmediate(next);
  return longestMs;
}
