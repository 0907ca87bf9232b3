// The deployments as evaluation needs them: conditions parsed once and indexed, and one folded result per distinct set of
// matches, so that cost follows the number of sets and not of devices. Filled from the store or from any list (a preview).
import type { DeploymentId } from '#base/ids.ts';
import type { Json } from '#base/json.ts';
import { createRecentMap, type RecentMap } from '#base/recent-map.ts';
import { parseModuleCondition, type ModuleSubject } from '#domain/conditions/condition-module.ts';
import { parseCondition, type Condition } from '#domain/conditions/condition.ts';
import { createDeploymentTargets, type Matched } from '#domain/deployments/deployment-targets.ts';
import { automaticConfiguration, type AutomaticResult } from '#domain/layering/automatic-configuration.ts';
import { statusesOf, type DeploymentStatuses } from '#domain/layering/deployment-status.ts';
import type { EffectiveConfiguration } from '#domain/layering/effective-configuration.ts';
import { layer } from '#domain/layering/layering.ts';
import type { AutomaticConfiguration, Deployment, DeploymentKind, EdgeDeployment } from '#domain/records/deployment.ts';
import type { ConditionSubject } from '#domain/values/twin.ts';

/** What one set of deployments makes of every device it matches. */
interface Match {
  readonly effective: EffectiveConfiguration;
  readonly statuses: DeploymentStatuses;
}

/** What a deployment was and is aimed at: the twins that a change of it can concern. */
export interface Aim {
  readonly kind: DeploymentKind;
  readonly condition: Pick<Condition, 'expression'>;
}

export interface DeploymentCatalog {
  /**
   * What the edge deployments make of an edge device. Those with a rollout match it only where it is admitted: `admitted` are
   * their numbers (DeviceTurns), to be read only when there are any (`hasRollouts`).
   */
  match(subject: ConditionSubject, admitted?: ReadonlySet<number>): Match;
  hasRollouts(): boolean;
  /** From now on the deployment of that number goes by its rollout. */
  addRollout(number: number): void;
  /** The automatic configurations for a device's own twin. */
  matchDevice(subject: ConditionSubject): AutomaticResult;
  /** The automatic configurations for the twin of a module. */
  matchModule(subject: ModuleSubject): AutomaticResult;
  hasModuleConfigurations(): boolean;
  /** Whether a change of a twin can change what matches it; `patch` is the merge patch that was written. */
  isRead(of: 'device' | 'module', root: 'tags' | 'reported', patch: Json): boolean;
  /** Deployments left out because this version of the hub cannot read their condition, with the reason. */
  unreadable(): ReadonlyMap<DeploymentId, string>;
  /** Takes in a deployment as it is now; undefined: it is gone. Returns what it was and is aimed at. */
  follow(id: DeploymentId, deployment: Deployment | undefined): readonly Aim[];
}

/** So many sets are remembered: some 10 KB each with a dozen modules. With more, devices nearly have one of their own each. */
const rememberedSets = 4096;

const nobody: ReadonlySet<number> = new Set();
const kinds = ['edge', 'device', 'module'] as const;

export function createDeploymentCatalog({
  deployments,
  rollouts = [],
}: {
  readonly deployments: readonly Deployment[];
  /** Numbers of the deployments that have a rollout. */
  readonly rollouts?: readonly number[];
}): DeploymentCatalog {
  const rolledOut = new Set(rollouts);
  const edge = createDeploymentTargets<ConditionSubject, EdgeDeployment>(parseCondition);
  const device = createDeploymentTargets<ConditionSubject, AutomaticConfiguration>(parseCondition);
  const module = createDeploymentTargets<ModuleSubject, AutomaticConfiguration>(parseModuleCondition);
  const byKind = { edge, device, module };
  const matchBySet = createRecentMap<string, Match>(rememberedSets);
  const forDevices = createRecentMap<string, AutomaticResult>(rememberedSets);
  const forModules = createRecentMap<string, AutomaticResult>(rememberedSets);

  function put(deployment: Deployment): readonly Aim[] {
    const { kind } = deployment;
    if (kind === 'edge') return aimsOf(kind, edge.set(deployment));
    return aimsOf(kind, kind === 'device' ? device.set(deployment) : module.set(deployment));
  }

  for (const deployment of deployments) put(deployment);
  return {
    match(subject, admitted = nobody) {
      const isReached = ({ createdAtMs }: EdgeDeployment) => !rolledOut.has(createdAtMs) || admitted.has(createdAtMs);
      const matched = edge.matched(subject, rolledOut.size === 0 ? undefined : isReached);
      return matchBySet.getOrMake(matched.key, () => matchOf(matched.deployments));
    },
    hasRollouts: () => rolledOut.size > 0,
    addRollout: (number) => void rolledOut.add(number),
    matchDevice: (subject) => foldFor(forDevices, device.matched(subject)),
    matchModule: (subject) => foldFor(forModules, module.matched(subject)),
    hasModuleConfigurations: () => !module.isEmpty(),
    isRead(of, root, patch) {
      if (of === 'module') return module.isReadBelow(root, patch);
      return edge.isReadBelow(root, patch) || device.isReadBelow(root, patch);
    },
    unreadable: () => new Map(kinds.flatMap((kind) => [...byKind[kind].unreadable()])),
    follow(id, deployment) {
      // An id may have come back as another kind.
      const others = kinds.filter((kind) => kind !== deployment?.kind);
      const before = others.flatMap((kind) => aimsOf(kind, byKind[kind].delete(id)));
      return deployment === undefined ? before : [...before, ...put(deployment)];
    },
  };
}

function aimsOf(kind: DeploymentKind, conditions: readonly Aim['condition'][]): readonly Aim[] {
  return conditions.map((condition) => ({ kind, condition }));
}

function foldFor(
  bySet: RecentMap<string, AutomaticResult>,
  { key, deployments }: Matched<AutomaticConfiguration>,
): AutomaticResult {
  return bySet.getOrMake(key, () => automaticConfiguration(deployments));
}

function matchOf(deployments: readonly EdgeDeployment[]): Match {
  const effective = layer(deployments);
  return { effective, statuses: statusesOf(effective, deployments) };
}
