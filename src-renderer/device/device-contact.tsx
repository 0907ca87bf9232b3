// How far the device's clock is off, as a part of the line of what is known; and what keeps it from this hub, as a problem to mend.
import type { ReactNode } from 'react';
import { useCallback } from 'react';
import type { DeviceContact } from '#contract/console-device-page.ts';
import type { DeviceDetail } from '#contract/console-rows.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useAnswer } from '#renderer/link/use-answer.ts';
import { useNews } from '#renderer/link/use-news.ts';
import { useView } from '#renderer/link/view-store.ts';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { clockInWords, clockProblem, refusalProblem } from '#renderer/words/contact-words.ts';
import { safeText } from '#renderer/words/safe-text.ts';

/** A device that is turned away brings no news of itself. */
const lookEveryMs = 30_000;

/** Undefined until it is known. */
export function useContact(detail: DeviceDetail): DeviceContact | undefined {
  const client = useHub((state) => state.client);
  const beat = useView((view) => Math.floor(view.nowMs / lookEveryMs));
  const news = useNews(detail);
  const { deviceId } = detail.row;
  const ask = useCallback(
    () =>
      client === null ? Promise.reject(new Error('The hub is not there.')) : client.deviceContact.query({ deviceId }),
    [client, deviceId],
  );
  return useAnswer(client === null ? null : ask, beat + news).value;
}

/** ` · clock 12 s behind this laptop`. */
export function ClockWords({
  contact,
  nowMs,
}: {
  readonly contact: DeviceContact | undefined;
  readonly nowMs: number;
}) {
  return contact === undefined ? null : <> · {clockInWords(contact.clock, nowMs)}</>;
}

export function ContactProblems(props: {
  readonly detail: DeviceDetail;
  readonly contact: DeviceContact | undefined;
}): ReactNode {
  const { detail, contact } = props;
  if (contact === undefined) return null;
  const { clock, refusal } = contact;
  const where = safeText(detail.row.deviceId);
  const wrongClock = clockProblem(clock);
  const since = clock?.offSinceMs ?? null;
  const turnedAway = refusal === null ? null : refusalProblem(refusal);
  return (
    <>
      {wrongClock !== null && (
        <ProblemView
          {...wrongClock}
          where={where}
          {...(since !== null && { sinceMs: since })}
          done="No clock was set."
        />
      )}
      {refusal !== null && turnedAway !== null && (
        <ProblemView
          {...turnedAway}
          where={refusal.address === '' ? where : `${where}, from ${refusal.address}`}
          sinceMs={refusal.atMs}
          done="The connection was closed; it may try again."
        />
      )}
    </>
  );
}
