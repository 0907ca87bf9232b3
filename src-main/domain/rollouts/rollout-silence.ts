// A device that shows no progress: how long that may last, what it means where it stands, and the sentence that says so.
import { reasonOf } from '#domain/manifests/update-reason.ts';
import type { Verdict } from '#domain/updates/update-trial.ts';
import type { RolloutPolicy } from './rollout-policy.ts';
import type { RolloutDevice, StepTold } from './rollout-state.ts';

/** A gate ends by itself at its limit; it takes a while until that is acted on and told. */
const afterGateMs = 60_000;

/** The policy's step limit, or longer where the device says that its gate takes longer. */
export function silenceLimitMs({ stepLimitMs }: RolloutPolicy, { told }: Pick<RolloutDevice, 'told'>): number {
  return told?.limitMs === undefined ? stepLimitMs : Math.max(stepLimitMs, told.limitMs + afterGateMs);
}

/**
 * What is known of a step after another report of it: a limit that was told stands for as long as the device stands there, for an
 * agent that cannot ask its engine for a moment does not tell it.
 */
export function toldAfter(
  device: Pick<RolloutDevice, 'standing' | 'told'>,
  standing: RolloutDevice['standing'],
  told: StepTold | undefined,
): StepTold | null {
  const limitMs = told?.limitMs ?? (standing === device.standing ? device.told?.limitMs : undefined);
  const after = { ...told, ...(limitMs !== undefined && { limitMs }) };
  return Object.keys(after).length === 0 ? null : after;
}

/** Measured beside bytes: layers were unpacked, or another gate was entered. */
export function hasWorked(before: StepTold | null, after: StepTold | null): boolean {
  const isUnpacking = after?.unpacked !== undefined && after.unpacked !== before?.unpacked;
  return isUnpacking || (after?.limitMs !== undefined && after.limitMs !== before?.limitMs);
}

interface Silence {
  readonly verdict: Verdict;
  readonly reason: string;
}

const activities = {
  pending: 'preparing',
  downloading: 'downloading',
  installing: 'installing',
  verifying: 'verifying',
} as const;

/** Said of what was not switched. On the way back it is still wanted to. */
const unchanged: Readonly<Record<RolloutDevice['purpose'], string>> = {
  change:
    'Nothing had been switched on it as far as it told, and the deployment was taken from it: should it have switched meanwhile, it ' +
    'goes back.',
  'roll-back': 'Nothing had been switched on it as far as it told, and it goes back when it hears of it.',
};

/**
 * Silent for 10 minutes while downloading → failed-unchanged, "While downloading, module 'web' showed no progress for 10 minutes. …"
 * Whether it had switched is as it told, and one may do so before it hears that it is not to: the sentence is true of that too.
 */
export function silenceOf(device: RolloutDevice, policy: RolloutPolicy): Silence {
  const { standing, told, purpose } = device;
  const isPending = standing === 'pending';
  const isUnchanged = isPending || isBeforeSwitch(device);
  const { message, remedy } = reasonOf({
    code: isPending ? 'no-answer' : isUnchanged ? 'no-progress' : 'stuck-midway',
    while: activities[standing as keyof typeof activities],
    module: told?.module ?? null,
    detail: minutesText(silenceLimitMs(policy, device)),
  });
  const known = device.reason === null ? '' : `${device.reason} `;
  if (!isUnchanged) return { verdict: 'failed-stuck', reason: `${known}${message} ${remedy}` };
  return { verdict: 'failed-unchanged', reason: `${known}${message} ${unchanged[purpose]} ${remedy}` };
}

/** Agents of before do not tell: they download before they switch, but where a module's label has it give way first. */
function isBeforeSwitch({ standing, told }: RolloutDevice): boolean {
  return told?.hasSwitched === undefined ? standing === 'downloading' : !told.hasSwitched;
}

/** Whether it was told to have changed nothing for its silence alone, and may tell otherwise yet. */
export function mayTellOtherwise({ standing, verdict, isAdmitted, told }: RolloutDevice): boolean {
  return standing === 'failure' && verdict === 'failed-unchanged' && !isAdmitted && told?.hasSwitched !== true;
}

/** How it ended stays as it was told: what became of it is told beside. */
export function carriedOutLate(device: RolloutDevice): RolloutDevice {
  if (!mayTellOtherwise(device)) return device;
  const reason = [device.reason, late[device.purpose]].filter((part) => part !== null).join(' ');
  return { ...device, reason, told: { ...device.told, hasSwitched: true } };
}

const late: Readonly<Record<RolloutDevice['purpose'], string>> = {
  change: 'It had switched before it heard of that, and gets what applies without the deployment.',
  'roll-back': 'It went back after that.',
};

/** As long as the step may take, in words; `1 minute`. */
export function minutesText(ms: number): string {
  const minutes = Math.ceil(ms / 60_000);
  return `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
}
