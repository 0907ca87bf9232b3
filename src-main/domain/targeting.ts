// Which deployments are meant for a device.
import { matches, type Condition } from './condition.ts';
import type { Deployment } from './deployment.ts';
import type { ConditionSubject } from './twin.ts';

/** A deployment with its condition parsed, once for all devices. */
export interface AimedDeployment {
  readonly deployment: Deployment;
  readonly condition: Condition;
}

/** The deployments whose condition matches, in the order given; `layer` then says which of them apply. Edge devices only. */
export function targetsFor(subject: ConditionSubject, aimed: readonly AimedDeployment[]): readonly Deployment[] {
  return aimed.filter(({ condition }) => matches(condition, subject)).map(({ deployment }) => deployment);
}
