// How far a device's clock is off, and why a device was turned away, in words; with what a person can do about it.
import type { Json } from '#base/json.ts';
import type { DeviceContact } from '#contract/console-device-page.ts';
import { type DeviceClock, isClockOff } from '#contract/device-clock.ts';
import { ageInWords, agoInWords } from './age.ts';
import { reasonWords } from './journal-sentence.ts';

/** Nobody sees a difference below it. */
const leastTold = 2_000;
/** What was measured longer ago is told with its age. */
const freshForMs = 120_000;

/** `3 h behind`, `12 s ahead`. */
export function offsetInWords(offsetMs: number): string {
  const far = Math.abs(offsetMs);
  const words = far < 60_000 ? `${Math.round(far / 1_000)} s` : ageInWords(far);
  return `${words} ${offsetMs < 0 ? 'behind' : 'ahead'}`;
}

/** `clock 12 s behind this laptop`, `clock agrees with this laptop`, `clock not known`; with its age where it is old. */
export function clockInWords(clock: DeviceClock | null, nowMs: number): string {
  if (clock === null) return 'clock not known';
  const { offsetMs, withinMs, measuredAtMs } = clock;
  const isSame = Math.abs(offsetMs) <= Math.max(leastTold, withinMs);
  const ageMs = nowMs - measuredAtMs;
  const asked = ageMs > freshForMs ? ` (asked ${agoInWords(ageMs)})` : '';
  const vague = withinMs >= leastTold ? `, give or take ${ageInWords(Math.max(5_000, withinMs))}` : '';
  return isSame
    ? `clock agrees with this laptop${vague}${asked}`
    : `clock ${offsetInWords(offsetMs)} ${offsetMs < 0 ? '' : 'of '}this laptop${vague}${asked}`;
}

interface ContactProblem {
  readonly text: string;
  readonly next: string;
}

/** Null: it is near enough. */
export function clockProblem(clock: DeviceClock | null): ContactProblem | null {
  if (clock === null || !isClockOff(clock)) return null;
  const { offsetMs } = clock;
  const text = `Its clock is ${offsetInWords(offsetMs)} ${offsetMs < 0 ? '' : 'of '}this laptop's.`;
  const harm =
    offsetMs < 0
      ? 'Tokens that its programs make end too early here, and it may take certificates for not yet valid.'
      : 'It may take certificates for ended, and the times that it reports lie in the future.';
  return {
    text: `${text} ${harm}`,
    next: 'Look first which of the two is right. Then set that clock, or give the device a time server that it can reach.',
  };
}

/** ` The device's clock may be behind …`: what is refused by a time is most often a clock; '' for all other reasons. */
export function clockHint(reason: Json | undefined): string {
  const isByTime = reason === 'token-expired' || reason === 'certificate-expired';
  return isByTime ? " The device's clock may be wrong, or this laptop's." : '';
}

type Refusal = NonNullable<DeviceContact['refusal']>;

/** What happened when it came last, and what helps. */
export function refusalProblem({ moduleId, reason }: Refusal): ContactProblem {
  const who = moduleId === null ? 'The device' : `Its module ${moduleId}`;
  return { text: `${who} was turned away: ${reasonWords(reason)}.`, next: remedyOf(reason) };
}

const remedies: Readonly<Record<string, string>> = {
  'token-expired':
    "The device's clock may be behind, or this laptop's ahead: compare and set them. A token that somebody made by hand has to be made anew.",
  'certificate-expired':
    "Its certificate has ended or is not valid yet by this laptop's clock: compare the clocks, then give it a new certificate if they agree.",
  'wrong-key': 'Give it the connection string that stands below: its key was changed, or belongs to another device.',
  'wrong-audience': 'Give it the connection string that stands below: its own names another hub or device.',
  'malformed-token': 'Look how the device makes its token: this one cannot be read.',
  'wrong-certificate': 'Register the certificate that it shows, or give it the one that is registered.',
  'no-proof': 'Give it the connection string that stands below: it showed neither key nor certificate.',
  'device-disabled': 'Enable it, if it is to connect.',
  'identity-contested':
    'End one of the two programs that connect under this name, or give one of them a name of its own.',
};

function remedyOf(reason: string): string {
  return Object.hasOwn(remedies, reason)
    ? (remedies[reason] ?? '')
    : 'Look at the timeline for what it did, and at the log of the program on the device.';
}
