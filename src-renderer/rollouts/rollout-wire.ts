// Policies as the client wants them: its types are of lists that could be written to, ours of lists that are not, and nobody does.
import type { RollbackRequest } from '#contract/console-rollbacks.ts';
import type { RolloutRequest } from '#contract/console-rollouts.ts';
import type { HubClient } from '#renderer/link/console-client.ts';

export function rolloutOnWire(request: RolloutRequest): Parameters<HubClient['planRollout']['query']>[0] {
  return request as unknown as Parameters<HubClient['planRollout']['query']>[0];
}

export function rollbackOnWire(request: RollbackRequest): Parameters<HubClient['planRollback']['query']>[0] {
  return request as unknown as Parameters<HubClient['planRollback']['query']>[0];
}
