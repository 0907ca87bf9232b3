// What a person can order of a rollout, and what each order hits, in words: told before it is given.
import type { RolloutOrder } from '#contract/console-rollouts.ts';
import type { RolloutStatus } from '#domain/rollouts/rollout-state.ts';
import { devicesInWords } from '../rollout-words.ts';

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
  /** In mid-change, whoever the order is for. */
  readonly changing: number;
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
      `${devices === 0 ? 'Nobody is left to begin.' : `${devicesInWords(devices)} not begun will wait.`}${midChange(changing)}`,
  },
  resume: {
    word: 'Resume',
    grade: 'plain',
    color: 'blue',
    hits: ({ devices }) =>
      devices === 0
        ? 'Nobody waits to be begun.'
        : `${devicesInWords(devices)} that ${devices === 1 ? 'waits goes' : 'wait go'} on, wave by wave.`,
  },
  releaseWave: {
    word: 'Open the next wave',
    grade: 'named',
    color: 'blue',
    hits: ({ devices }) =>
      devices === 0
        ? 'The next wave has no device.'
        : `${devicesInWords(devices)} may begin although the gate before is not met.`,
  },
  retryFailed: {
    word: 'Retry the failed',
    grade: 'named',
    color: 'blue',
    hits: ({ devices }) => `${devicesInWords(devices)} that failed ${devices === 1 ? 'gets' : 'get'} another attempt.`,
  },
  hurry: {
    word: 'Hurry',
    grade: 'named',
    color: 'orange',
    hits: ({ devices }) =>
      `${devicesInWords(devices)} not begun may change outside the maintenance windows from now on, for the rest of the rollout.`,
  },
  rollBack: {
    word: 'Roll back',
    grade: 'named',
    color: 'red',
    hits: ({ devices }) => `The deployment is taken from the ${devicesInWords(devices)} that it reached.`,
  },
  cancel: {
    word: 'Cancel',
    grade: 'named',
    color: 'red',
    hits: ({ devices, changing }) =>
      `That is final: ${devices === 0 ? '' : `${devicesInWords(devices)} not begun never ${devices === 1 ? 'gets' : 'get'} it, `}devices that have it keep it.${midChange(changing)}`,
  },
};

function midChange(changing: number): string {
  return changing === 0
    ? ''
    : ` ${devicesInWords(changing)} in mid-change ${changing === 1 ? 'comes' : 'come'} to ${changing === 1 ? 'its' : 'their'} end.`;
}

const pausable: readonly RolloutStatus[] = ['scheduled', 'pending', 'in-progress'];

/** The order that the key for pausing gives; null: neither fits. By the status: whom orders hit is read later than that. */
export function pausingOrder(status: RolloutStatus): RolloutOrder | null {
  if (pausable.includes(status)) return 'pause';
  return status === 'paused' ? 'resume' : null;
}
