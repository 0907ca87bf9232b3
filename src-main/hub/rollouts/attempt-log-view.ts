// Logs of attempts as the console shows them: a text part by part, and for devices that failed the lines that matter.
import { refused } from '#base/errors.ts';
import type { DeviceId } from '#base/ids.ts';
import type { AttemptLogPage } from '#contract/console-attempt-logs.ts';
import type { RolloutDevice } from '#domain/rollouts/rollout-state.ts';
import type { RolloutAttempt } from '#store/rollout-types.ts';
import type { StoreReaders } from '#store/store-types.ts';
import { isAwake } from './rollout-targets.ts';

const pageCharacters = 64 * 1024;
const nothing = {
  text: null,
  nextOffset: null,
  totalBytes: 0,
  isWhole: false,
  fetchedAtMs: null,
  module: null,
  code: null,
  slice: [],
} as const;

interface PageRequest {
  readonly deviceId: string;
  readonly attempt: number;
  readonly offset: number;
}

export interface AttemptLogView {
  page(number: number, request: PageRequest): AttemptLogPage;
  /** Of the device's newest attempt, if that failed. */
  sliceOf(number: number, deviceId: DeviceId, device: RolloutDevice): readonly string[];
}

export function createAttemptLogView(read: StoreReaders): AttemptLogView {
  return {
    page(number, { deviceId, attempt: wanted, offset }) {
      const attempt = read.rollouts.attempt(number, deviceId as DeviceId, wanted);
      if (attempt === undefined)
        throw refused('rollout.unknown', `Device '${deviceId}' has no attempt ${wanted} in this rollout.`, {
          subject: deviceId,
        });
      const log = read.attemptLogs.get(attempt.id);
      if (log?.text === undefined || log.text === null)
        return { ...nothing, explanation: whyNone(read, attempt, log !== undefined) };
      const { text, ...head } = log;
      const end = endOfPage(text, offset);
      return { ...head, text: text.slice(offset, end), nextOffset: end < text.length ? end : null, explanation: null };
    },
    sliceOf(number, deviceId, { attempt: wanted, verdict }) {
      if (verdict === null || verdict === 'done') return [];
      const attempt = read.rollouts.attempt(number, deviceId, wanted);
      return attempt === undefined ? [] : (read.attemptLogs.head(attempt.id)?.slice ?? []);
    },
  };
}

/** Not within a character. */
function endOfPage(text: string, offset: number): number {
  const end = offset + pageCharacters;
  const code = text.charCodeAt(end - 1);
  return end < text.length && code >= 0xd8_00 && code <= 0xdb_ff ? end - 1 : end;
}

function whyNone(
  read: StoreReaders,
  { endedAtMs, sentVersion, isNeedless, deviceId }: RolloutAttempt,
  wasAsked: boolean,
): string {
  if (wasAsked) return 'The device keeps no log of this attempt.';
  if (isNeedless || sentVersion === null) return 'Nothing was sent to the device in this attempt, so there is no log.';
  if (endedAtMs === null) return 'The attempt is under way: its log is fetched when it has ended.';
  if (!isAwake(read, deviceId)) return 'The device is switched off: its log is fetched when it wakes.';
  return 'The log is not here: it is fetched within a minute, unless the agent is none that keeps logs, or newer ones took its place.';
}
