// How many target conditions one core answers in a second, beside the same conditions written by hand as functions: what the
// language costs over the language it is written in.
import { isJsonObject, type Json } from '#base/json.ts';
import { parseCondition } from '#domain/conditions/condition.ts';
import type { ConditionSubject } from '#domain/values/twin.ts';
import { deviceIdAt } from '#test/support/seed-site.ts';
import { figure, inTurns, median, pairedRatio, type BenchResult, type BenchRun, type Workload } from './measure.ts';

type Match = (subject: ConditionSubject) => boolean;

const devices = 1000;
const rounds = 5;
/** Per condition and round: enough for a few tenths of a second. */
const passes = 500;

/** Conditions of every kind, each with the function that a programmer would write for it. */
const pairs: readonly (readonly [string, Match])[] = [
  ["deviceId = 'device-00007'", ({ deviceId }) => deviceId === 'device-00007'],
  ["tags.site = 'north'", ({ tags }) => tags['site'] === 'north'],
  [
    "tags.site = 'north' AND tags.ring >= 2 AND NOT tags.kind = 'pump'",
    ({ tags }) => tags['site'] === 'north' && asNumber(tags['ring']) >= 2 && tags['kind'] !== 'pump',
  ],
  [
    "tags.place.building = 9 OR properties.reported.fw.version != '1.2.0'",
    ({ tags, reported }) => below(tags['place'], 'building') === 9 || below(reported['fw'], 'version') !== '1.2.0',
  ],
  [
    'IS_DEFINED(tags.remote) OR tags.ring IN [1, 2, 3]',
    ({ tags }) => tags['remote'] !== undefined || [1, 2, 3].includes(asNumber(tags['ring'])),
  ],
  [
    "STARTSWITH(tags.kind, 'pu') AND tags.isOn",
    ({ tags }) => asText(tags['kind']).startsWith('pu') && tags['isOn'] === true,
  ],
];

export const conditions: Workload = {
  name: 'conditions',
  async run(site: BenchRun): Promise<BenchResult> {
    const subjects = Array.from({ length: devices }, (_, index) => aSubject(index));
    const sides = pairs.map(([text, floor]) => ({ text, ours: matcherOf(text), floor }));
    for (const { text, ours, floor } of sides) {
      const differs = subjects.find((subject) => ours(subject) !== floor(subject));
      if (differs !== undefined) throw new Error(`${text}: the two sides differ about ${differs.deviceId}`);
    }
    const rates = await inTurns(rounds, {
      ours: async () =>
        ratePerSecond(
          sides.map(({ ours }) => ours),
          subjects,
        ),
      floor: async () =>
        ratePerSecond(
          sides.map(({ floor }) => floor),
          subjects,
        ),
    });
    site.say(`ours ${rates.ours.map(figure).join(', ')}; floor ${rates.floor.map(figure).join(', ')} a second`);
    const ours = median(rates.ours);
    return {
      name: 'conditions',
      ours: `${figure(ours / 1e6)} M/s`,
      floor: `${figure(median(rates.floor) / 1e6)} M/s`,
      ratio: pairedRatio(rates),
      judged: ours / 1e6,
      target: { of: 'ours', atLeast: 5, unit: 'M/s' },
      note: `${pairs.length} conditions over ${devices} devices, on one core; the floor is each condition as a function written by hand.`,
    };
  },
};

function matcherOf(text: string): Match {
  const condition = parseCondition(text);
  if (!condition.ok) throw new Error(`${text} is no condition`);
  const { test } = condition.value;
  return (subject) => test(subject) === true;
}

function ratePerSecond(matchers: readonly Match[], subjects: readonly ConditionSubject[]): number {
  const begunAtMs = performance.now();
  let matched = 0;
  for (const matcher of matchers) {
    for (let pass = 0; pass < passes; pass += 1) {
      for (const subject of subjects) if (matcher(subject)) matched += 1;
    }
  }
  const tookMs = performance.now() - begunAtMs;
  // Used, so that no compiler may leave the work out.
  if (matched === 0) throw new Error('no condition matched any device');
  return (matchers.length * passes * subjects.length * 1000) / tookMs;
}

/** Through JSON, as the store reads it. */
function aSubject(index: number): ConditionSubject {
  const tags = {
    site: ['north', 'south', 'west'][index % 3],
    ring: index % 5,
    kind: ['pump', 'valve'][index % 2],
    isOn: index % 4 === 0,
    place: { building: index % 11, floor: 1 },
  };
  const reported = { fw: { version: `1.${index % 4}.0` }, battery: index % 100 };
  return JSON.parse(JSON.stringify({ deviceId: deviceIdAt(index), tags, reported })) as ConditionSubject;
}

function below(section: Json | undefined, key: string): Json | undefined {
  return isJsonObject(section) ? section[key] : undefined;
}

function asNumber(value: Json | undefined): number {
  return typeof value === 'number' ? value : Number.NaN;
}

function asText(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
