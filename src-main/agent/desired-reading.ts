// What the device is to run: the newest desired section if it can be read, else the last one that could. A configuration
// that is wrong is reported and changes nothing; none at all is not an order to remove everything.
import { createHash } from 'node:crypto';
import type { JsonObject } from '#base/json.ts';
import { readRolloutTerms, type RolloutTerms } from '#contract/rollout-terms.ts';
import type { DesiredOutcome } from '#domain/updates/agent-report.ts';
import { canonicalJson } from '#domain/values/canonical-json.ts';
import type { DevicePolicy } from '#domain/manifests/device-policy.ts';
import { readAgentConfiguration, statusCodeOf, type AgentConfiguration } from '#domain/manifests/module-spec.ts';
import { comingOf, isRejected, standingOf, type Revision } from '#domain/updates/update-course.ts';
import type { AgentState } from './state-file.ts';

interface ComingReading {
  readonly revision: Revision;
  /** null: the policy does not allow it any more. */
  readonly configuration: AgentConfiguration | null;
  readonly terms: RolloutTerms | null;
  readonly isStillWanted: boolean;
}

export interface DesiredReading {
  /** The newest version heard of; null: the device was never told. */
  readonly version: number | null;
  /** Why the newest section is not the one that runs. */
  readonly problem: DesiredOutcome | null;
  /** The newest revision that can be read. */
  readonly candidate: Revision | null;
  /** The candidate's one attempt failed; it waits for a new one. */
  readonly isRejected: boolean;
  readonly standing: AgentConfiguration | null;
  readonly coming: ComingReading | null;
  readonly termsProblem: string | null;
}

export function readDesired({ desired, lastGood, course }: AgentState, policy: DevicePolicy): DesiredReading {
  const problem = desired === null ? null : problemOf(desired, policy);
  const newest = problem === null && desired !== null ? desired : lastGood;
  const candidate = read(newest, policy) === null ? null : newest;
  const coming = comingOf(course, { candidate, hash: hashOf });
  return {
    version: desired?.version ?? null,
    problem,
    candidate,
    isRejected: course.trial === null && candidate !== null && isRejected(course, candidate, hashOf),
    standing: read(standingOf(course), policy),
    coming:
      coming === null
        ? null
        : { ...coming, configuration: read(coming.revision, policy), terms: termsOf(coming.revision) },
    termsProblem: candidate === null ? null : readRolloutTerms(candidate.value['lanyard']).problem,
  };
}

export function termsOf({ value }: Revision): RolloutTerms | null {
  return readRolloutTerms(value['lanyard']).terms;
}

/** Of the rollout's terms; 0 without. */
export function attemptOf(revision: Revision): number {
  return termsOf(revision)?.attempt ?? 0;
}

/** Of the canonical text, so that keys in another order are the same content. */
export function hashOf(value: JsonObject): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

function problemOf(desired: Revision, policy: DevicePolicy): DesiredOutcome | null {
  const result = readAgentConfiguration(desired.value, policy);
  if (result.ok) return null;
  const description = result.problems.map((found) => found.message).join(' ');
  return { code: statusCodeOf(result.problems), description };
}

function read(revision: Revision | null, policy: DevicePolicy): AgentConfiguration | null {
  if (revision === null) return null;
  const result = readAgentConfiguration(revision.value, policy);
  return result.ok ? result.value : null;
}
