// The console's procedures for rollbacks: what may be asked, checked for shape and size, and the answers.
import { z } from 'zod';
import type { RolloutPolicy } from '#domain/rollouts/rollout-policy.ts';
import { type PlannedWave, rolloutPolicy, type RolloutView } from './console-rollouts.ts';

const id = z.string().min(1).max(128);
/** Of the devices that the deployment reaches; null: all of them. */
const deviceIds = z.array(id).min(1).max(1000).nullable().default(null);

const way = z.discriminatedUnion('kind', [
  /** IoT Hub's rule: what applies without the deployment, and for devices without a lower base what `withoutBase` says. */
  z.strictObject({
    kind: z.literal('without'),
    deploymentId: id,
    deviceIds,
    withoutBase: z.enum(['keep', 'last-good', 'empty']).default('keep'),
  }),
  /** The content of an earlier deployment, in the place of the one that is taken back. */
  z.strictObject({ kind: z.literal('to-deployment'), deploymentId: id, deviceIds, earlierId: id }),
  /** What each device ran before the deployment came to it, unless that is known to have failed. */
  z.strictObject({ kind: z.literal('to-last-good'), deploymentId: id, deviceIds }),
  /** No modules, on the runtime that is there. */
  z.strictObject({ kind: z.literal('to-empty'), deploymentId: id, deviceIds }),
  /** One device, as it was at a revision. */
  z.strictObject({ kind: z.literal('to-revision'), deviceId: id, revision: z.int().min(1) }),
]);

export const rollbackRequest = z.strictObject({ way, policy: rolloutPolicy });
export type RollbackWay = z.infer<typeof way>;
export interface RollbackRequest {
  readonly way: RollbackWay;
  readonly policy: RolloutPolicy;
}

/** Devices to which the same would happen. */
interface RollbackGroup {
  /** Of each of them: "base 'old-line' applies", "keeps what it runs: no base is left". */
  readonly outcome: string;
  /** The new deployment whose content they get; null: they get none of it. */
  readonly deploymentId: string | null;
  readonly devices: number;
  /** The first of them, by id. */
  readonly deviceIds: readonly string[];
}

interface RollbackDeployment {
  readonly id: string;
  /** What stands in it, in a few words. */
  readonly content: string;
  readonly priority: number;
  readonly devices: number;
}

export interface RollbackPlan {
  /** What is wrong with the request, each with its path in it, `policy.waves[0].name`; nothing can be made of it then. */
  readonly problems: readonly { readonly at: string; readonly message: string }[];
  /** What a person should know before, each a sentence with what else can be done. */
  readonly warnings: readonly string[];
  readonly groups: readonly RollbackGroup[];
  /** What would be made: the first has the rollout, and brings the others to their devices. */
  readonly deployments: readonly RollbackDeployment[];
  readonly waves: readonly PlannedWave[];
}

interface RollbackView {
  readonly deploymentIds: readonly string[];
  readonly rollout: RolloutView;
}

/** What answers; it throws `AppError`. */
export interface ConsoleRollbacks {
  /** Who would get what; writes nothing. */
  planRollback(request: RollbackRequest): Promise<RollbackPlan>;
  createRollback(request: RollbackRequest): Promise<RollbackView>;
}
