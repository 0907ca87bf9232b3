// A person's "now" to devices that hold their switch: to one, to some, or to all in mid-change. By force also past the locks and
// hooks of modules, which is said before.
import { Checkbox } from '@mantine/core';
import { useState } from 'react';
import type { RolloutView } from '#contract/console-rollouts.ts';
import type { SwitchNowAnswer } from '#contract/console-switch.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useAction } from '#renderer/link/use-action.ts';
import { devicesInWords } from '#renderer/words/rollout-words.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { Act } from './act.tsx';
import { DialogView } from './dialog-view.tsx';
import { ProblemView } from './problem-view.tsx';

const mostNamed = 12;

export function SwitchNow(props: {
  readonly rollout: RolloutView;
  /** Those that are chosen in the list; none: all in change are meant. */
  readonly chosen: readonly string[];
  readonly inChange: number;
}) {
  const { rollout, chosen, inChange } = props;
  const [isAsking, setIsAsking] = useState(false);
  if (inChange === 0) return null;
  const whom =
    chosen.length === 0
      ? inChange === 1
        ? 'the 1 device in change'
        : `all ${inChange} devices in change`
      : `${devicesInWords(chosen.length)} chosen`;
  return (
    <div className="rollout-acts">
      <Act variant="default" onClick={() => setIsAsking(true)}>
        Switch now: {whom} …
      </Act>
      {isAsking && (
        <SwitchNowDialog
          deploymentId={rollout.deploymentId}
          deviceIds={chosen.length === 0 ? null : chosen}
          inChange={inChange}
          onClose={() => setIsAsking(false)}
        />
      )}
    </div>
  );
}

export function SwitchNowDialog(props: {
  readonly deploymentId: string;
  /** Null: all in change. */
  readonly deviceIds: readonly string[] | null;
  readonly inChange: number;
  readonly onClose: () => void;
}) {
  const { deploymentId, deviceIds, onClose } = props;
  const client = useHub((state) => state.client);
  const action = useAction();
  const [isForced, setIsForced] = useState(false);
  const [answer, setAnswer] = useState<SwitchNowAnswer | null>(null);
  const count = deviceIds?.length ?? props.inChange;

  const tell = () =>
    action.run(async () => {
      const request = { deploymentId, deviceIds: deviceIds === null ? null : [...deviceIds], isForced };
      setAnswer((await client?.switchNow.mutate(request)) ?? null);
    });

  return (
    <DialogView title="Switch now?" onClose={onClose}>
      <p>
        {devicesInWords(count)} {deviceIds === null ? 'in change ' : ''}
        {count === 1 ? 'stops' : 'stop'} what {count === 1 ? 'it runs' : 'they run'} and{' '}
        {count === 1 ? 'switches' : 'switch'} as soon as the new set is there; those that sleep, when they wake.
      </p>
      {deviceIds !== null && <Names ids={deviceIds} />}
      <Checkbox
        checked={isForced}
        onChange={(event) => setIsForced(event.currentTarget.checked)}
        label="By force: also past the locks and hooks of modules"
        description="A module that says it must not be stopped is stopped all the same."
      />
      {answer !== null && <SwitchAnswer answer={answer} />}
      {action.problem !== null && <ProblemView text={action.problem} where={`Rollout of ${deploymentId}`} />}
      <div className="dialog-acts">
        <Act variant="default" onClick={onClose}>
          {answer === null ? 'Let them wait' : 'Close'}
        </Act>
        <Act color={isForced ? 'red' : 'blue'} loading={action.isBusy} onClick={() => void tell()}>
          {isForced ? 'Switch by force' : 'Switch now'}
        </Act>
      </div>
    </DialogView>
  );
}

function SwitchAnswer({ answer: { told, held } }: { readonly answer: SwitchNowAnswer }) {
  return (
    <div className="found" role="status">
      <p>{told.length === 0 ? 'Nobody was told.' : `${devicesInWords(told.length)} told to go on.`}</p>
      {held.length > 0 && (
        <>
          <p>Held by a module of theirs, which only force passes:</p>
          <ul>
            {held.slice(0, mostNamed).map(({ deviceId, reason }) => (
              <li key={deviceId} className="break">
                {safeText(deviceId)}: {safeText(reason)}
              </li>
            ))}
            {held.length > mostNamed && <li>and {held.length - mostNamed} more</li>}
          </ul>
        </>
      )}
    </div>
  );
}

function Names({ ids }: { readonly ids: readonly string[] }) {
  return (
    <div className="found">
      <ul>
        {ids.slice(0, mostNamed).map((id) => (
          <li key={id} className="break">
            {safeText(id)}
          </li>
        ))}
        {ids.length > mostNamed && <li>and {ids.length - mostNamed} more</li>}
      </ul>
    </div>
  );
}
