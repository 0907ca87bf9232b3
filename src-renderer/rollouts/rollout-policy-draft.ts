// A rollout policy while a person writes it: what it starts as, the waves that are usual, and which of the hub's problems belong to
// which field.
import type { GroupRow } from '#contract/console-rollouts.ts';
import type { MaintenanceWindow } from '#domain/rollouts/maintenance-window.ts';
import type { RolloutPolicy, WaveGate, WavePlan } from '#domain/rollouts/rollout-policy.ts';

const minuteMs = 60_000;
const gate: WaveGate = { successPercent: 100, soakMs: 0, needsPerson: false };
const rest: WavePlan = { name: 'The rest', members: { kind: 'rest' }, gate };

/** Careful: one device first, and it pauses as soon as one fails. */
export const firstPolicy: RolloutPolicy = {
  targets: { kind: 'fixed' },
  waves: [{ name: 'First', members: { kind: 'count', count: 1 }, gate: { ...gate, soakMs: 5 * minuteMs } }, rest],
  concurrency: null,
  startsAtMs: null,
  windows: [],
  retries: 0,
  stop: { atLeastFailed: 1, comparison: '>', percent: 10, action: { kind: 'pause' } },
  budgets: [],
  stepLimitMs: 10 * minuteMs,
  settleMs: 30_000,
  needsPersonToSwitch: false,
};

/** All at once, on their way back: nobody waits for a wave. */
export const backPolicy: RolloutPolicy = { ...firstPolicy, waves: [{ ...rest, name: 'All' }], stop: null };

export interface WavePreset {
  readonly id: string;
  readonly word: string;
  readonly waves: readonly WavePlan[];
}

/** The rings in their order, when there are any; the rest behind them. */
export function wavePresets(groups: readonly GroupRow[]): readonly WavePreset[] {
  const rings = groups.filter(({ ring }) => ring !== null).sort((left, right) => (left.ring ?? 0) - (right.ring ?? 0));
  const canary = groups.find(({ id }) => id.toLowerCase() === 'canary') ?? rings[0];
  return [
    { id: 'one', word: 'One, then the rest', waves: firstPolicy.waves },
    {
      id: 'canary',
      word: `${canaryWord(canary?.id)}, then all`,
      waves: [
        {
          name: 'Canary',
          members: canary === undefined ? { kind: 'percent', percent: 10 } : { kind: 'group', groupId: canary.id },
          gate: { successPercent: 100, soakMs: 30 * minuteMs, needsPerson: true },
        },
        { ...rest, name: 'All' },
      ],
    },
    ...(rings.length === 0
      ? []
      : [
          {
            id: 'rings',
            word: `By rings (${rings.length})`,
            waves: [
              ...rings.map(({ id }): WavePlan => ({
                name: id,
                members: { kind: 'group', groupId: id },
                gate: { successPercent: 90, soakMs: 30 * minuteMs, needsPerson: false },
              })),
              rest,
            ],
          },
        ]),
    { id: 'all', word: 'All at once', waves: [{ ...rest, name: 'All' }] },
  ];
}

/** By the name that the group has, said once: `Canary`, `Canary: ring-0`. */
function canaryWord(id: string | undefined): string {
  if (id === undefined) return '10 % as canary';
  return id.toLowerCase() === 'canary' ? 'Canary' : `Canary: ${id}`;
}

/** A wave before the last, for there is who is left. */
export function withWave(waves: readonly WavePlan[]): readonly WavePlan[] {
  const name = freeName(waves.map((wave) => wave.name));
  return waves.toSpliced(Math.max(0, waves.length - 1), 0, { name, members: { kind: 'percent', percent: 25 }, gate });
}

function freeName(taken: readonly string[]): string {
  for (let number = taken.length; ; number += 1) if (!taken.includes(`Wave ${number}`)) return `Wave ${number}`;
}

export function newWindow(timeZone: string): MaintenanceWindow {
  return { days: [1, 2, 3, 4, 5], fromMinute: 22 * 60, toMinute: 4 * 60, timeZone };
}

/** `22:30` → 1350; what is no time stays what it was. */
export function minuteOf(text: string, before: number): number {
  const found = /^(\d{1,2}):(\d{2})$/.exec(text);
  if (found === null) return before;
  const minute = Number(found[1]) * 60 + Number(found[2]);
  return minute < 24 * 60 ? minute : before;
}

export interface PolicyProblem {
  readonly at: string;
  readonly message: string;
}

/** Of exactly this field; undefined: nothing is wrong with it. */
export function problemAt(problems: readonly PolicyProblem[], at: string): string | undefined {
  const messages = problems.filter((problem) => fieldOf(problem.at) === at).map(({ message }) => message);
  return messages.length === 0 ? undefined : messages.join(' ');
}

/** Those that no field of the form shows. */
export function problemsElsewhere(
  problems: readonly PolicyProblem[],
  shown: (at: string) => boolean,
): readonly PolicyProblem[] {
  return problems.filter(({ at }) => !shown(fieldOf(at)));
}

/** A rollback's paths begin one step further out. */
function fieldOf(at: string): string {
  return at.replace(/^policy\./, '');
}

/** Whether a field of the form stands for it. */
export function hasField(at: string): boolean {
  return /^(waves(\[\d+\](\.name|\.members\.\w+|\.gate\.\w+)?)?|targets\.maxDevices|concurrency|startsAtMs|windows\[\d+\]\.\w+|retries|stop\.(atLeastFailed|percent|action\.deploymentId)|budgets\[\d+\]\.\w+|stepLimitMs|settleMs)$/.test(
    at,
  );
}
