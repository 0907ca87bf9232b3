// What changed between two effective configurations of a device: the deployments, and each value with who wrote it before
// and after. Secrets are masked: that one changed is told, not what it is.
import type { DeploymentId } from '#base/ids.ts';
import { ownValue, type Json } from '#base/json.ts';
import { withoutSecrets } from '#domain/values/secret-values.ts';
import { changedValues } from '#domain/values/value-difference.ts';
import type { EffectiveConfiguration } from './effective-configuration.ts';
import { originFinder, writerAt } from './value-writer.ts';

export interface EffectiveChange {
  readonly moduleId: string;
  readonly path: readonly string[];
  readonly kind: 'added' | 'removed' | 'changed';
  readonly before?: Json;
  readonly after?: Json;
  readonly writtenBefore: DeploymentId | null;
  /** Who wrote it, or took it away; null when nobody does any more. */
  readonly writtenAfter: DeploymentId | null;
}

/** By module and path. `{m: {rate: 1}}` → `{m: {rate: 2}}`: one change, `rate` 1 → 2, with both writers. */
export function compareEffective(
  before: EffectiveConfiguration,
  after: EffectiveConfiguration,
): readonly EffectiveChange[] {
  const moduleIds = [...new Set([...Object.keys(before.modules), ...Object.keys(after.modules)])].sort();
  return moduleIds.flatMap((moduleId) => {
    const findBefore = originFinder(ownValue(before.origins, moduleId) ?? []);
    const findAfter = originFinder(ownValue(after.origins, moduleId) ?? []);
    const changes = changedValues(ownValue(before.modules, moduleId), ownValue(after.modules, moduleId));
    return changes.map((change): EffectiveChange => {
      const { path } = change;
      return {
        moduleId,
        path,
        kind: change.before === undefined ? 'added' : change.after === undefined ? 'removed' : 'changed',
        ...(change.before !== undefined && { before: withoutSecrets(moduleId, path, change.before) }),
        ...(change.after !== undefined && { after: withoutSecrets(moduleId, path, change.after) }),
        writtenBefore: writerAt(findBefore, path),
        writtenAfter: writerAt(findAfter, path),
      };
    });
  });
}
