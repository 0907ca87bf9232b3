// Asks the devices of the first wave whether anything stands in the way, before anything is made, or one that waits in a rollout. A
// device may take its time, so that it is asked for by a button, and can be left off.
import { useRef, useState } from 'react';
import type { PreflightRow } from '#contract/console-preflights.ts';
import type { PlannedWave, RolloutRequest } from '#contract/console-rollouts.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useAction } from '#renderer/link/use-action.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { devicesInWords } from '#renderer/words/rollout-words.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { PreflightRows } from './preflight-rows.tsx';

const mostAsked = 32;

export function FirstWavePreflight(props: {
  readonly deployment: RolloutRequest['deployment'];
  /** Undefined: nothing is planned. */
  readonly wave: PlannedWave | undefined;
}) {
  const { deployment, wave } = props;
  if (wave === undefined || wave.devices === 0) return null;
  const deviceIds = wave.deviceIds.slice(0, mostAsked);
  return (
    <PreflightAsk
      deployment={deployment}
      deviceIds={deviceIds}
      word="Ask the first wave whether it can begin"
      note={`${devicesInWords(deviceIds.length)} of wave '${safeText(wave.name)}'; nothing is written.`}
      where="Check of the first wave"
    />
  );
}

/** One that waits in a rollout: what stands in its way now, and what was found good. */
export function DevicePreflight({ deployment, deviceId }: { readonly deployment: string; readonly deviceId: string }) {
  return (
    <PreflightAsk
      deployment={deployment}
      deviceIds={[deviceId]}
      word="Ask it whether it can begin"
      note="Nothing is written."
      where="Check of the device"
      isAlone
    />
  );
}

function PreflightAsk(props: {
  readonly deployment: RolloutRequest['deployment'];
  readonly deviceIds: readonly string[];
  readonly word: string;
  readonly note: string;
  readonly where: string;
  readonly isAlone?: boolean;
}) {
  const { deployment, deviceIds } = props;
  const client = useHub((state) => state.client);
  const action = useAction();
  const asking = useRef<AbortController | null>(null);
  const [isLeft, setIsLeft] = useState(false);
  const [answer, setAnswer] = useState<readonly PreflightRow[] | null>(null);

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
          {props.word}
        </Act>
        {action.isBusy && (
          <Act variant="subtle" onClick={leave}>
            Cancel
          </Act>
        )}
        <span className="dimmed">{props.note}</span>
      </div>
      {action.problem !== null && !isLeft && <ProblemView text={action.problem} where={props.where} />}
      {answer !== null && <PreflightRows rows={answer} isAlone={props.isAlone === true} />}
    </>
  );
}
