// What the agent of a device tells of the step it is in, beyond its bytes, as the rollout keeps it.
import type { AttemptReport } from '#contract/rollout-report.ts';
import { strictPolicy } from '#domain/manifests/device-policy.ts';
import { readAgentConfiguration } from '#domain/manifests/module-spec.ts';
import type { StepTold } from '#domain/rollouts/rollout-state.ts';
import { gateLimitMs } from '#domain/updates/health-gate.ts';
import { moduleStandings } from '#domain/updates/module-standing.ts';
import type { Twin } from '#domain/values/twin.ts';

type Told = Pick<AttemptReport, 'step' | 'hasSwitched' | 'limitSeconds' | 'unpacked' | 'layers'>;

/** `settleMs`: of the rollout. */
export function stepTold(report: Told, { desired }: Pick<Twin, 'desired'>, settleMs: number): StepTold {
  const { hasSwitched, unpacked } = report;
  const limitMs = limitOf(report, desired, settleMs);
  const module = moduleFetched(report, desired);
  return {
    ...(hasSwitched !== null && { hasSwitched }),
    ...(limitMs !== undefined && { limitMs }),
    ...(unpacked !== null && { unpacked }),
    ...(module !== undefined && { module }),
  };
}

/** Agents of before do not tell it: it is in what they were sent. */
function limitOf({ step, limitSeconds }: Told, desired: Twin['desired'], settleMs: number): number | undefined {
  if (limitSeconds !== null) return limitSeconds * 1000;
  if (step !== 'verifying') return undefined;
  const configuration = readAgentConfiguration(desired.value, strictPolicy);
  return configuration.ok ? gateLimitMs(configuration.value.modules, settleMs) : undefined;
}

/** The first that wants the image of what is fetched. */
function moduleFetched({ step, layers }: Told, desired: Twin['desired']): string | undefined {
  const image = step === 'downloading' ? (layers[0]?.image ?? null) : null;
  if (image === null) return undefined;
  return moduleStandings(desired.value, {}).find(({ wanted }) => wanted?.image === image)?.name;
}
