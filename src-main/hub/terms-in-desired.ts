// The terms of a rollout in a desired section of `$edgeAgent`: the hub's own, laid on what deployments wrote, and taken off again
// wherever somebody asks what they wrote: in views, comparisons and files.
import type { Json, JsonObject } from '#base/json.ts';
import { readRolloutTerms, type RolloutTerms } from '#contract/rollout-terms.ts';

/** Without a limit of time there is none in it: twins hold no null. */
export function withTerms(agentDesired: JsonObject, terms: RolloutTerms): JsonObject {
  const { switchWithinSeconds, ...rest } = terms;
  const lanyard: Record<string, Json> = switchWithinSeconds === null ? rest : { ...rest, switchWithinSeconds };
  return { ...agentDesired, lanyard };
}

/** What stands under `lanyard` and is no terms is somebody's own, and stays. */
export function withoutTerms(agentDesired: JsonObject): JsonObject {
  if (!Object.hasOwn(agentDesired, 'lanyard') || readRolloutTerms(agentDesired['lanyard']).terms === null)
    return agentDesired;
  const { lanyard: _terms, ...rest } = agentDesired;
  return rest;
}
