// What was tried on one device in a rollout: each attempt with its verdict and reason, and the log that the device kept of it.
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import type { RolloutAttemptRow, RolloutView } from '#contract/console-rollouts.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useAnswer } from '#renderer/link/use-answer.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { DialogView } from '#renderer/pieces/dialog-view.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { StatusMark } from '#renderer/pieces/status-mark.tsx';
import { SwitchNowDialog } from '#renderer/pieces/switch-now.tsx';
import { clockTime } from '#renderer/words/age.ts';
import { bytesInWords } from '#renderer/words/bytes.ts';
import { devicePath } from '#renderer/words/paths.ts';
import { durationInWords } from '#renderer/words/rollout-policy-words.ts';
import { standingWords, verdictWords } from '#renderer/words/rollout-words.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { AttemptLog } from './attempt-log.tsx';
import { DevicePreflight } from './rollout-preflight.tsx';

const inMidChange: ReadonlySet<string> = new Set(['pending', 'downloading', 'installing', 'verifying']);

export function AttemptsDialog(props: {
  readonly rollout: RolloutView;
  readonly deviceId: string;
  readonly revision: number;
  readonly onClose: () => void;
}) {
  const { rollout, deviceId, revision } = props;
  const { deploymentId } = rollout;
  const client = useHub((state) => state.client);
  const [isSwitching, setIsSwitching] = useState(false);
  const ask = useMemo(
    () =>
      client &&
      (async () => {
        const [attempts, [row]] = await Promise.all([
          client.rolloutAttempts.query({ deploymentId, deviceId }),
          client.rolloutDeviceRows.query({ deploymentId, deviceIds: [deviceId] }),
        ]);
        return { attempts, row };
      }),
    [client, deploymentId, deviceId],
  );
  const { value, problem } = useAnswer(ask, revision);
  const row = value?.row;
  const isChanging = row !== undefined && row.attempt > 0 && inMidChange.has(row.standing);
  return (
    <DialogView title={safeText(deviceId)} onClose={props.onClose}>
      {problem !== null && <ProblemView text={problem} where={deviceId} />}
      {value === undefined && problem === null && <p className="dimmed">Reading its attempts …</p>}
      {row !== undefined && (
        <>
          <StatusMark words={standingWords[row.standing]} />
          <p className="break">{safeText(row.explanation)}</p>
        </>
      )}
      <div className="rollout-acts">
        <Link href={devicePath(deviceId)} className="plain-link download">
          The device
        </Link>
        {isChanging && (
          <Act variant="default" onClick={() => setIsSwitching(true)}>
            Switch now …
          </Act>
        )}
      </div>
      {row?.standing === 'pending' && !isChanging && <DevicePreflight deployment={deploymentId} deviceId={deviceId} />}
      {value?.attempts.length === 0 && <p className="dimmed">Nothing was tried on it yet.</p>}
      {value?.attempts.map((attempt, index) => (
        <Attempt
          key={attempt.attempt}
          attempt={attempt}
          of={{ deploymentId, deviceId }}
          isFirst={index === 0}
          revision={revision}
        />
      ))}
      {isSwitching && (
        <SwitchNowDialog
          deploymentId={deploymentId}
          deviceIds={[deviceId]}
          inChange={1}
          onClose={() => setIsSwitching(false)}
        />
      )}
    </DialogView>
  );
}

function Attempt(props: {
  readonly attempt: RolloutAttemptRow;
  readonly of: { readonly deploymentId: string; readonly deviceId: string };
  readonly isFirst: boolean;
  readonly revision: number;
}) {
  const { attempt } = props;
  const [isShown, setIsShown] = useState(props.isFirst && attempt.verdict !== 'done');
  return (
    <section className="attempt" data-attempt={attempt.attempt}>
      <h3>
        Attempt {attempt.attempt}
        {attempt.purpose === 'roll-back' ? ' (rollback)' : ''}
      </h3>
      <p className="status-line">
        {attempt.verdict === null ? (
          <span>{attempt.endedAtMs === null ? 'Under way' : 'Nothing was sent'}</span>
        ) : (
          <StatusMark words={verdictWords[attempt.verdict]} />
        )}
        <span>{clockTime(attempt.startedAtMs)}</span>
        {attempt.endedAtMs !== null && <span>took {durationInWords(attempt.endedAtMs - attempt.startedAtMs)}</span>}
        {attempt.bytes.done > 0 && <span>{bytesInWords(attempt.bytes.done)} fetched</span>}
      </p>
      {attempt.reason !== null && <p className="break">{safeText(attempt.reason)}</p>}
      {isShown ? (
        <AttemptLog of={props.of} attempt={attempt} revision={props.revision} />
      ) : (
        <Act variant="default" onClick={() => setIsShown(true)}>
          Show its log
        </Act>
      )}
    </section>
  );
}
