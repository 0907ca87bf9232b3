// What a new deployment begins with when it is made from one that is there: its document under the next id, passwords and all.
import type { JsonObject } from '#base/json.ts';
import type { HubClient } from '#renderer/link/console-client.ts';
import { nextVersion } from './deployment-reading.ts';

export async function documentAfter(client: HubClient, id: string): Promise<JsonObject> {
  const detail = await client.deployment.query({ id });
  const metricQueries = Object.fromEntries(detail.metrics.map(({ name, query }) => [name, query]));
  return nextVersion({ ...detail, metricQueries });
}
