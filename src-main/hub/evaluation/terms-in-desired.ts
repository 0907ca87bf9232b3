// The terms of a rollout in a desired section of `$edgeAgent`: the hub's own, laid on what deployments wrote, and taken off again
// wherever somebody asks what they wrote: in views, comparisons and files.
import type { JsonObject } from '#base/json.ts';
import { readRolloutTerms, type RolloutTerms } from '#contract/rollout-terms.ts';

/** What is usual is left out: twins hold no null, and a section does not change for a word that says nothing. */
export function withTerms(agentDesired: JsonObject, terms: RolloutTerms): JsonObject {
  const { switchWithinSeconds, isForced, ...rest } = terms;
  const limit = switchWithinSeconds === null ? {} : { switchWithinSeconds };
  const lanyard: JsonObject = { ...rest, ...limit, ...(isForced === true ? { isForced } : {}) };
  return { ...agentDesired, lanyard };
}

/** What stands under `lanyard` and is no terms is somebody's own, and stays. */
export function withoutTerms(agentDesired: JsonObject): JsonObject {
  if (!Object.hasOwn(agentDesired, 'lanyard') || readRolloutTerms(agentDesired['lanyard']).terms === null)
    return agentDesired;
  const { lanyard: _terms, ...rest } = agentDesired;
  return rest;
}
