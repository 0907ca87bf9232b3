// What the device is to run: the newest desired section if it can be read, else the last one that could. A configuration
// that is wrong is reported and changes nothing; none at all is not an order to remove everything.
import type { DesiredOutcome } from '#domain/agent-report.ts';
import type { DevicePolicy } from '#domain/device-policy.ts';
import { readAgentConfiguration, statusCodeOf, type AgentConfiguration } from '#domain/module-spec.ts';
import type { AgentState, DesiredRevision } from './state-file.ts';

export interface DesiredReading {
  /** null: the device was never told. */
  readonly configuration: AgentConfiguration | null;
  readonly version: number | null;
  /** Why the newest section is not the one that runs. */
  readonly problem: DesiredOutcome | null;
}

export function readDesired({ desired, lastGood }: AgentState, policy: DevicePolicy): DesiredReading {
  if (desired === null) return { configuration: read(lastGood, policy), version: null, problem: null };
  const result = readAgentConfiguration(desired.value, policy);
  if (result.ok) return { configuration: result.value, version: desired.version, problem: null };
  const description = result.problems.map((problem) => problem.message).join(' ');
  return {
    configuration: read(lastGood, policy),
    version: desired.version,
    problem: { code: statusCodeOf(result.problems), description },
  };
}

function read(revision: DesiredRevision | null, policy: DevicePolicy): AgentConfiguration | null {
  if (revision === null) return null;
  const result = readAgentConfiguration(revision.value, policy);
  return result.ok ? result.value : null;
}
