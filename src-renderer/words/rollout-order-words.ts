// What a person can order of a rollout, and what each order hits, in words: told before it is given.
import type { RolloutOrder, RolloutView } from '#contract/console-rollouts.ts';
import type { StopRule } from '#domain/rollouts/rollout-policy.ts';
import type { RolloutStatus } from '#domain/rollouts/rollout-state.ts';
import { devicesInWords } from './rollout-words.ts';
import { safeText } from './safe-text.ts';

/** `plain` is done at once: it can be taken back with the next click. The others ask first, with the names of whom they hit. */
type OrderGrade = 'plain' | 'named';

interface OrderWords {
  readonly word: string;
  readonly grade: OrderGrade;
  readonly color: string;
  /** In the order's sentence: what becomes of those it hits, and of others. */
  readonly hits: (hit: OrderHit) => string;
}

interface OrderHit {
  readonly devices: number;
  /** In change, whoever the order is for. */
  readonly changing: number;
  /** A person is waited for to give it. */
  readonly isDue?: boolean;
  /** Where the rollout goes back to, as its plan says. */
  readonly back?: StopRule | null;
}

/** As they are offered. */
export const offeredOrders: readonly RolloutOrder[] = [
  'pause',
  'resume',
  'releaseWave',
  'retryFailed',
  'hurry',
  'rollBack',
  'cancel',
];

export const orderWords: Readonly<Record<RolloutOrder, OrderWords>> = {
  pause: {
    word: 'Pause',
    grade: 'plain',
    color: 'orange',
    hits: ({ devices, changing }) =>
      `${devices === 0 ? 'No device is left to begin.' : `${devicesInWords(devices)} still to begin ${devices === 1 ? 'waits' : 'wait'} until it is resumed.`}${inChange(changing)}`,
  },
  resume: {
    word: 'Resume',
    grade: 'plain',
    color: 'blue',
    hits: ({ devices }) =>
      devices === 0
        ? 'No device waits to begin.'
        : `${devicesInWords(devices)} still to begin ${devices === 1 ? 'goes' : 'go'} on, wave by wave.`,
  },
  releaseWave: {
    word: 'Open the next wave',
    grade: 'named',
    color: 'blue',
    hits: ({ devices, isDue }) =>
      devices === 0
        ? 'The next wave has no device.'
        : `${devicesInWords(devices)} may begin${isDue === true ? ': the wave before came to its gate' : ', whatever the wave before came to'}.`,
  },
  retryFailed: {
    word: 'Retry failures',
    grade: 'named',
    color: 'blue',
    hits: ({ devices }) => `${devicesInWords(devices)} that failed ${devices === 1 ? 'gets' : 'get'} another attempt.`,
  },
  hurry: {
    word: 'Hurry',
    grade: 'named',
    color: 'orange',
    hits: ({ devices }) =>
      `${devicesInWords(devices)} still to begin may change outside the maintenance windows, for the rest of the rollout.`,
  },
  rollBack: {
    word: 'Roll back',
    grade: 'named',
    color: 'red',
    hits: ({ devices, back }) =>
      `${devicesInWords(devices)} that it reached ${devices === 1 ? 'goes' : 'go'} back to ${placeBack(back ?? null)}, and it ends.`,
  },
  cancel: {
    word: 'Cancel the rollout',
    grade: 'named',
    color: 'red',
    hits: ({ devices, changing }) =>
      `That is final: ${devices === 0 ? '' : `${devicesInWords(devices)} still to begin never ${devices === 1 ? 'gets' : 'get'} it, and `}devices that have it keep it.${inChange(changing)}`,
  },
};

/** By its stop rule, whoever has it go back. */
function placeBack(stop: StopRule | null): string {
  if (stop?.action.kind === 'roll-back-to-last-good') return 'what each ran before';
  if (stop?.action.kind === 'roll-back-to') return `the content of '${safeText(stop.action.deploymentId)}'`;
  return 'what applies without it';
}

function inChange(changing: number): string {
  return changing === 0
    ? ''
    : ` ${devicesInWords(changing)} in change ${changing === 1 ? 'comes' : 'come'} to ${changing === 1 ? 'its' : 'their'} end.`;
}

/** Of one that is over; null: nobody failed in it, or what it brought is not wanted as it is. */
export function againInWords({ status }: Pick<RolloutView, 'status'>, failed: number): string | null {
  if (status !== 'finished' || failed === 0) return null;
  return failed === 1 ? 'Roll out again to the one that failed' : `Roll out again to the ${failed} that failed`;
}

/**
 * What a person is waited for, so that it is the order to see first: a wave that may be opened, or that a paused one goes on. Null:
 * nobody is, for it goes on by itself or more than one way is open.
 */
export function dueOrder(
  { status, waitsForPerson }: Pick<RolloutView, 'status' | 'waitsForPerson'>,
  fits: (order: RolloutOrder) => boolean,
): RolloutOrder | null {
  const due = waitsForPerson !== null ? 'releaseWave' : status === 'paused' ? 'resume' : null;
  return due !== null && fits(due) ? due : null;
}

const pausable: readonly RolloutStatus[] = ['scheduled', 'pending', 'in-progress'];

/** The order that the key for pausing gives; null: neither fits. By the status: whom orders hit is read later than that. */
export function pausingOrder(status: RolloutStatus): RolloutOrder | null {
  if (pausable.includes(status)) return 'pause';
  return status === 'paused' ? 'resume' : null;
}
