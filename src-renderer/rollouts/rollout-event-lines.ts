// What happened in a rollout, newest first: statuses with their cause, waves that opened, attempts that came to their end.
import type { RolloutCourse } from '#contract/console-rollout-sights.ts';
import type { RolloutView } from '#contract/console-rollouts.ts';
import { causerInWords, devicesInWords, rolloutStatusWords, verdictWords } from '#renderer/words/rollout-words.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import type { StatusWords } from '#renderer/words/status-words.ts';

export interface EventLine {
  readonly key: string;
  readonly atMs: number;
  readonly mark: StatusWords;
  /** Of an attempt. */
  readonly deviceId: string | null;
  readonly text: string;
}

const opened: StatusWords = { word: 'Wave opened', meaning: 'Its devices may begin.', color: 'blue', icon: 'good' };

export function eventLines(rollout: RolloutView, course: RolloutCourse | undefined): readonly EventLine[] {
  const statuses = rollout.history.map(({ status, cause }, at) => ({
    key: `status ${at}`,
    atMs: cause.atMs,
    mark: rolloutStatusWords[status],
    deviceId: null,
    text: `${causerInWords(cause.by)}: ${safeText(cause.reason)}`,
  }));
  const waves = rollout.waves.flatMap(({ name, openedAtMs, devices }, at) =>
    openedAtMs === null
      ? []
      : [{ key: `wave ${at}`, atMs: openedAtMs, mark: opened, deviceId: null, text: waveText(at, name, devices) }],
  );
  const ends = (course?.ends ?? []).map(({ deviceId, attempt, purpose, verdict, reason, atMs }) => ({
    key: `${deviceId} ${attempt}`,
    atMs,
    mark: verdictWords[verdict],
    deviceId,
    text: [`Attempt ${attempt}${purpose === 'roll-back' ? ' (rollback)' : ''}.`, safeText(reason ?? '')]
      .join(' ')
      .trim(),
  }));
  return [...statuses, ...waves, ...ends].sort((left, right) => right.atMs - left.atMs);
}

function waveText(at: number, name: string, devices: number): string {
  return `Wave ${at + 1}, ${safeText(name)}: ${devicesInWords(devices)}.`;
}
