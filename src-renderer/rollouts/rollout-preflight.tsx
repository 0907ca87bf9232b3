// Asks the devices of the first wave whether anything stands in the way, before anything is made. A device may take its time, so that
// it is asked for by a button, and can be left off.
import { useRef, useState } from 'react';
import type { PreflightRow } from '#contract/console-preflights.ts';
import type { PlannedWave, RolloutRequest } from '#contract/console-rollouts.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useAction } from '#renderer/link/use-action.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { StatusMark } from '#renderer/pieces/status-mark.tsx';
import { devicesInWords, standingWords } from '#renderer/words/rollout-words.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import type { StatusWords } from '#renderer/words/status-words.ts';

const mostAsked = 32;

const answerWords: Readonly<Record<PreflightRow['answer'], StatusWords>> = {
  go: { word: 'Can begin', meaning: 'Nothing stands in its way.', color: 'green', icon: 'good' },
  wait: { word: 'Would wait', meaning: 'Until what stands in its way is mended.', color: 'orange', icon: 'clock' },
  never: standingWords['not-applicable'],
};

export function FirstWavePreflight(props: {
  readonly deployment: RolloutRequest['deployment'];
  /** Undefined: nothing is planned. */
  readonly wave: PlannedWave | undefined;
}) {
  const { deployment, wave } = props;
  const client = useHub((state) => state.client);
  const action = useAction();
  const asking = useRef<AbortController | null>(null);
  const [isLeft, setIsLeft] = useState(false);
  const [answer, setAnswer] = useState<readonly PreflightRow[] | null>(null);
  if (wave === undefined || wave.devices === 0) return null;
  const deviceIds = wave.deviceIds.slice(0, mostAsked);

  const leave = () => {
    setIsLeft(true);
    asking.current?.abort();
  };
  const ask = () =>
    void action.run(async () => {
      setIsLeft(false);
      asking.current = new AbortController();
      const { signal } = asking.current;
      setAnswer(null);
      const page = await client?.preflight.query(
        { deployment, deviceIds: [...deviceIds], limit: mostAsked },
        { signal },
      );
      setAnswer(page?.rows ?? []);
    });

  return (
    <>
      <div className="rollout-acts">
        <Act variant="default" loading={action.isBusy} onClick={ask}>
          Ask the first wave whether it can begin
        </Act>
        {action.isBusy && (
          <Act variant="subtle" onClick={leave}>
            Cancel
          </Act>
        )}
        <span className="dimmed">
          {devicesInWords(deviceIds.length)} of wave '{safeText(wave.name)}'; nothing is written.
        </span>
      </div>
      {action.problem !== null && !isLeft && <ProblemView text={action.problem} where="Check of the first wave" />}
      {answer !== null && (
        <ul className="preflight" aria-label="What the devices answer">
          {answer.map((row) => (
            <li key={row.deviceId} data-preflight={row.answer}>
              <b className="break">{safeText(row.deviceId)}</b> <StatusMark words={answerWords[row.answer]} />
              <span className="break">{row.sentences.map(safeText).join(' ')}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
