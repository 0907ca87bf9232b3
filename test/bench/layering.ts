// What remembering folds is worth: the results of the sets that devices match, asked for again, against folding plain deep merges
// for each device, as whoever has no provenance to keep would do it.
import type { Json, JsonObject } from '#base/json.ts';
import { emptyObject, isJsonObject } from '#base/json.ts';
import { createRecentMap } from '#base/recent-map.ts';
import { parseCondition } from '#domain/conditions/condition.ts';
import { contentWrites } from '#domain/records/content-writes.ts';
import { createDeploymentTargets, type Matched } from '#domain/deployments/deployment-targets.ts';
import type { EdgeDeployment } from '#domain/records/deployment.ts';
import type { EffectiveConfiguration } from '#domain/layering/effective-configuration.ts';
import { layer } from '#domain/layering/layering.ts';
import type { ConditionSubject } from '#domain/values/twin.ts';
import { figure, inTurns, median, type Workload } from './measure.ts';
import { memorySubjects, mixedDeployments } from './memory-site.ts';
import { processorMsOf } from './processor-time.ts';

const devices = 10_000;
const rounds = 6;

export const layering: Workload = {
  name: 'layering',
  async run(run) {
    const targets = createDeploymentTargets<ConditionSubject, EdgeDeployment>(parseCondition);
    for (const deployment of mixedDeployments()) targets.set(deployment);
    const matched = memorySubjects(devices).map((subject) => targets.matched(subject));
    const remembered = createRecentMap<string, EffectiveConfiguration>(4096);
    const times = await inTurns(rounds, {
      ours: () => Promise.resolve(processorMsOf(() => void matched.map((each) => foldOnce(remembered, each).modules))),
      floor: () => Promise.resolve(processorMsOf(() => void matched.map(({ deployments }) => deepMerged(deployments)))),
    });
    const foldedMs = processorMsOf(() => void matched.map(({ deployments }) => layer(deployments).modules));
    const timesFaster = median(times.floor.map((floorMs, round) => floorMs / (times.ours[round] ?? Number.NaN)));
    run.say(`${figure(timesFaster)} times as fast`);
    return {
      name: layering.name,
      ours: `${figure((median(times.ours) * 1000) / devices)} µs`,
      floor: `${figure((median(times.floor) * 1000) / devices)} µs`,
      ratio: timesFaster,
      target: { of: 'ratio', atLeast: 20 },
      note:
        `processor time for the configuration of one device once its matches are known, of ${figure(devices)} devices in ${new Set(matched.map(({ key }) => key)).size} ` +
        `distinct sets, ${rounds} rounds of which the first folds each set once; the ratio is floor ÷ ours. Floor: plain deep merges for each device. ` +
        `Folding with provenance for each device, without remembering: ${figure((foldedMs * 1000) / devices)} µs.`,
    };
  },
};

type Remembered = ReturnType<typeof createRecentMap<string, EffectiveConfiguration>>;

/** As the catalog does it. */
function foldOnce(remembered: Remembered, { key, deployments }: Matched<EdgeDeployment>): EffectiveConfiguration {
  return remembered.getOrMake(key, () => layer(deployments));
}

function deepMerged(deployments: readonly EdgeDeployment[]): JsonObject {
  let merged: Json = emptyObject();
  for (const { content } of deployments.toSorted((left, right) => left.priority - right.priority)) {
    for (const [moduleId, section] of Object.entries(content)) {
      for (const { path, value } of contentWrites(section)) merged = deepMerge(merged, at([moduleId, ...path], value));
    }
  }
  return merged as JsonObject;
}

function at(path: readonly string[], value: Json): Json {
  return path.reduceRight<Json>((below, key) => ({ [key]: below }), value);
}

function deepMerge(target: Json | undefined, source: Json): Json {
  if (!isJsonObject(source)) return source;
  const result = Object.assign(emptyObject(), isJsonObject(target) ? target : {});
  for (const key of Object.keys(source)) result[key] = deepMerge(result[key], source[key] as Json);
  return result;
}
