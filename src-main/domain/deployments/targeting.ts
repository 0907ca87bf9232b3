// Which deployments are meant for a device.
import { matches, type Condition } from '#domain/conditions/condition.ts';
import type { Deployment, EdgeDeployment } from '#domain/records/deployment.ts';
import type { ConditionSubject } from '#domain/values/twin.ts';

/** A deployment with its condition parsed, once for all devices. */
export interface AimedDeployment<D extends Deployment = EdgeDeployment> {
  readonly deployment: D;
  readonly condition: Condition;
}

/** The deployments whose condition matches, in the order given; `layer` then says which of them apply. */
export function targetsFor<D extends Deployment>(
  subject: ConditionSubject,
  aimed: readonly AimedDeployment<D>[],
): readonly D[] {
  return aimed.filter(({ condition }) => matches(condition, subject)).map(({ deployment }) => deployment);
}
