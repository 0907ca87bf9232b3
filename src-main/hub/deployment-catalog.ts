// The deployments as evaluation needs them: conditions parsed once, and one folded result per distinct set of matches, so
// that cost follows the number of sets and not of devices. Read anew from the store after every change of a deployment.
import type { DeploymentId } from '#base/ids.ts';
import { parseCondition, readsReported } from '#domain/condition.ts';
import { isEdgeDeployment } from '#domain/deployment.ts';
import { statusesOf, type DeploymentStatuses } from '#domain/deployment-status.ts';
import type { EffectiveConfiguration } from '#domain/effective-configuration.ts';
import { layer } from '#domain/layering.ts';
import { problemsText } from '#domain/problem-text.ts';
import { targetsFor, type AimedDeployment } from '#domain/targeting.ts';
import type { ConditionSubject } from '#domain/twin.ts';
import type { StoreReaders } from '#store/store-types.ts';

/** What one set of deployments makes of every device it matches. */
interface Match {
  readonly effective: EffectiveConfiguration;
  readonly statuses: DeploymentStatuses;
}

export interface DeploymentCatalog {
  match(subject: ConditionSubject): Match;
  /** Whether a device's own report can change what it gets. */
  readsReported(): boolean;
  /** Deployments left out because this version of the hub cannot read their condition, with the reason. */
  unreadable(): ReadonlyMap<DeploymentId, string>;
  /** To be called when a deployment changed. */
  forget(): void;
}

interface Snapshot {
  readonly aimed: readonly AimedDeployment[];
  readonly unreadable: ReadonlyMap<DeploymentId, string>;
  readonly readsReported: boolean;
  readonly matchBySet: Map<string, Match>;
}

export function createDeploymentCatalog(read: StoreReaders): DeploymentCatalog {
  let snapshot: Snapshot | undefined;
  const current = (): Snapshot => (snapshot ??= takeSnapshot(read));
  return {
    match(subject) {
      const { aimed, matchBySet } = current();
      const deployments = targetsFor(subject, aimed);
      const key = deployments.map(({ id }) => id).join('/');
      const known = matchBySet.get(key);
      if (known !== undefined) return known;
      const effective = layer(deployments);
      const match = { effective, statuses: statusesOf(effective, deployments) };
      matchBySet.set(key, match);
      return match;
    },
    readsReported: () => current().readsReported,
    unreadable: () => current().unreadable,
    forget() {
      snapshot = undefined;
    },
  };
}

function takeSnapshot(read: StoreReaders): Snapshot {
  const aimed: AimedDeployment[] = [];
  const unreadable = new Map<DeploymentId, string>();
  for (const deployment of read.deployments.list().filter(isEdgeDeployment)) {
    const condition = parseCondition(deployment.targetCondition);
    if (condition.ok) aimed.push({ deployment, condition: condition.value });
    else unreadable.set(deployment.id, problemsText(condition.problems));
  }
  return {
    aimed,
    unreadable,
    readsReported: aimed.some(({ condition }) => readsReported(condition)),
    matchBySet: new Map(),
  };
}
