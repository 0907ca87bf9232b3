// Folds the deployments that match one device into what the device is to run, and says why (spec: layering.md rules 1-10).
// A pure function of the set: the order in which deployments arrive never shows in the result.
import type { DeploymentId } from '#base/ids.ts';
import { isJsonObject, type JsonObject } from '#base/json.ts';
import { deploymentType } from '#domain/deployments/deployment-content.ts';
import { contentWrites } from '#domain/records/content-writes.ts';
import { compareRank, type EdgeDeployment } from '#domain/records/deployment.ts';
import type { EffectiveConfiguration, NotAppliedReason, ValueOrigin } from './effective-configuration.ts';
import { originsOf, valueOf, writeValue, type ProvenanceTree } from './provenance-tree.ts';

/**
 * What a device runs when exactly these deployments match it: the highest base, and the layers strictly above it, folded from
 * low to high. A base at 10, layers at 20 and 10 → the first layer applies, the second has 'priority-not-above-base'.
 */
export function layer(deployments: readonly EdgeDeployment[]): EffectiveConfiguration {
  const ranked = deployments.toSorted(compareRank);
  const base = ranked.findLast(({ content }) => deploymentType(content) === 'base');
  const notApplied = Object.create(null) as Record<string, NotAppliedReason>;
  const applied: EdgeDeployment[] = [];
  for (const deployment of ranked) {
    const reason = reasonAgainst(deployment, base);
    if (reason === null) applied.push(deployment);
    else notApplied[deployment.id] = reason;
  }
  return { base: base?.id ?? null, applied: applied.map(({ id }) => id), notApplied, ...fold(applied) };
}

/** A reason as it is shown: "outranked by X", "priority not above base X", "no base deployment" (layering.md rule 8). */
export function notAppliedText(reason: NotAppliedReason): string {
  if (reason.reason === 'outranked') return `outranked by ${reason.by}`;
  return reason.reason === 'no-base' ? 'no base deployment' : `priority not above base ${reason.base}`;
}

function reasonAgainst(deployment: EdgeDeployment, base: EdgeDeployment | undefined): NotAppliedReason | null {
  if (deployment === base) return null;
  if (base === undefined) return { reason: 'no-base' };
  if (deploymentType(deployment.content) === 'base') return { reason: 'outranked', by: base.id };
  return deployment.priority > base.priority ? null : { reason: 'priority-not-above-base', base: base.id };
}

// Nothing is added to what deployments wrote. Microsoft's reference names a `configuration.id` on each module, set by IoT Hub;
// the twin it shows of a device under at-scale deployments has none (iotedge, reported_states_during_deployment.md), and with
// one the az CLI would refuse in `set-modules` what its `export-modules` wrote. The origins tell who supplied a module.
function fold(applied: readonly EdgeDeployment[]): Pick<EffectiveConfiguration, 'modules' | 'origins'> {
  const trees = new Map<string, ProvenanceTree>();
  for (const { id, content } of applied) {
    for (const moduleId of Object.keys(content)) {
      let tree = trees.get(moduleId);
      for (const { path, value } of contentWrites(content[moduleId] as JsonObject)) {
        tree = writeValue(tree, path, value, id);
      }
      trees.set(moduleId, tree);
    }
  }
  const order: readonly DeploymentId[] = applied.map(({ id }) => id);
  const modules = Object.create(null) as Record<string, JsonObject>;
  const origins = Object.create(null) as Record<string, readonly ValueOrigin[]>;
  for (const [moduleId, tree] of trees) {
    const section = valueOf(tree);
    modules[moduleId] = isJsonObject(section) ? section : {};
    origins[moduleId] = originsOf(tree, order);
  }
  return { modules, origins };
}
