// The deployments of one kind with their conditions parsed once, found for a twin through an index and kept up to date one by
// one. Pure but for what it remembers: what it answers follows from the deployments set last.
import type { DeploymentId } from '#base/ids.ts';
import type { Json } from '#base/json.ts';
import type { Result } from '#base/result.ts';
import { createConditionIndex } from '#domain/conditions/condition-index.ts';
import { matches, type Condition } from '#domain/conditions/condition.ts';
import type { Deployment } from '#domain/records/deployment.ts';
import { problemsText } from '#domain/values/problem-text.ts';
import type { ConditionSubject } from '#domain/values/twin.ts';

/** The deployments that match a twin, oldest set first. */
export interface Matched<D extends Deployment> {
  readonly deployments: readonly D[];
  /** The same for the same deployments in the same versions, and for no others. */
  readonly key: string;
}

export interface DeploymentTargets<S extends ConditionSubject, D extends Deployment> {
  /** In place of the one of this id. Returns the conditions whose twins are concerned, before and after. */
  set(deployment: D): readonly Condition<S>[];
  /** Returns the condition whose twins are concerned. */
  delete(id: DeploymentId): readonly Condition<S>[];
  /** `isMeant`: what else must hold of a deployment that matches. */
  matched(subject: S, isMeant?: (deployment: D) => boolean): Matched<D>;
  /** Whether any condition reads what a merge patch changes. */
  isReadBelow(root: 'tags' | 'reported', patch: Json): boolean;
  /** Deployments that match nothing because this version of Lanyard cannot read their condition, with the reason. */
  unreadable(): ReadonlyMap<DeploymentId, string>;
  isEmpty(): boolean;
}

interface Target<S, D> {
  readonly deployment: D;
  readonly condition: Condition<S>;
  /** No two targets have the same, not even the same deployment before and after a change. */
  readonly serial: number;
}

export function createDeploymentTargets<S extends ConditionSubject, D extends Deployment>(
  parse: (text: string) => Result<Condition<S>>,
): DeploymentTargets<S, D> {
  const targets = new Map<DeploymentId, Target<S, D>>();
  const unreadable = new Map<DeploymentId, string>();
  const index = createConditionIndex<Target<S, D>>();
  let lastSerial = 0;

  function remove(id: DeploymentId): readonly Condition<S>[] {
    const target = targets.get(id);
    unreadable.delete(id);
    if (target === undefined) return [];
    targets.delete(id);
    index.delete(target);
    return [target.condition];
  }

  return {
    set(deployment) {
      const before = remove(deployment.id);
      const condition = parse(deployment.targetCondition);
      if (!condition.ok) {
        unreadable.set(deployment.id, problemsText(condition.problems));
        return before;
      }
      const target = { deployment, condition: condition.value, serial: (lastSerial += 1) };
      targets.set(deployment.id, target);
      index.set(target, condition.value);
      return [...before, condition.value];
    },
    delete: remove,
    matched(subject, isMeant = () => true) {
      if (targets.size === 0) return { deployments: [], key: '' };
      const found: Target<S, D>[] = [];
      for (const target of index.candidates((root) => valueAt(subject, root)))
        if (matches(target.condition, subject) && isMeant(target.deployment)) found.push(target);
      found.sort((left, right) => left.serial - right.serial);
      return {
        deployments: found.map(({ deployment }) => deployment),
        key: found.map(({ serial }) => serial).join(),
      };
    },
    isReadBelow: (root, patch) => index.isReadBelow(root, patch),
    unreadable: () => unreadable,
    isEmpty: () => targets.size === 0,
  };
}

function valueAt(subject: ConditionSubject & { readonly moduleId?: string }, root: string): Json | undefined {
  switch (root) {
    case 'deviceId':
    case 'moduleId':
    case 'tags':
    case 'reported':
      return subject[root];
    default:
      return undefined;
  }
}
