// Chooses where the hub listens: one of this machine's addresses, all of them, or none. It holds from the next start, for devices
// that are connected stay where they are; and it says so until then.
import { NumberInput, Radio } from '@mantine/core';
import { IconRotateClockwise } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { everyAddress, type Listening, type ListeningView } from '#contract/console-listening.ts';
import { isDesktop } from '#renderer/link/desktop.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useAction } from '#renderer/link/use-action.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { safeLine } from '#renderer/words/safe-text.ts';
import { hostChoices, isSameListening, laterWords } from './listening-words.ts';

type Typed = Readonly<Record<keyof Listening, string | number>>;

export function ListeningForm(props: {
  readonly view: ListeningView;
  readonly onChosen: (view: ListeningView) => void;
}) {
  const { view } = props;
  const client = useHub((state) => state.client);
  const action = useAction();
  const [typed, setTyped] = useState<Typed>(view.next);
  const wanted = { host: String(typed.host), httpsPort: Number(typed.httpsPort), mqttPort: Number(typed.mqttPort) };
  const isChanged = !isSameListening(wanted, view.next);

  function submit(event: FormEvent): void {
    event.preventDefault();
    void action.run(async () => {
      if (client === null) return;
      const chosen = await client.chooseListening.mutate(wanted);
      setTyped(chosen.next);
      props.onChosen(chosen);
    });
  }

  return (
    <form onSubmit={submit} className="surface settings-card" aria-label="Where the hub listens">
      <Radio.Group
        label="From its next start the hub listens at"
        value={wanted.host}
        onChange={(host) => setTyped({ ...typed, host })}
      >
        <div className="look-choices">
          {hostChoices(view).map(({ host, meaning }) => (
            <Radio
              key={host}
              value={host}
              size="md"
              label={host === everyAddress ? 'All addresses of this machine' : safeLine(host)}
              description={safeLine(meaning)}
            />
          ))}
        </div>
      </Radio.Group>
      <div className="listening-ports">
        <Port label="MQTT port" value={typed.mqttPort} onChange={(mqttPort) => setTyped({ ...typed, mqttPort })} />
        <Port label="HTTPS port" value={typed.httpsPort} onChange={(httpsPort) => setTyped({ ...typed, httpsPort })} />
      </div>
      {action.problem !== null && <ProblemView text={action.problem} />}
      <div className="settings-acts">
        <Act type="submit" loading={action.isBusy} disabled={!isChanged}>
          Save where it listens
        </Act>
        {isChanged && (
          <Act variant="default" onClick={() => setTyped(view.next)}>
            Undo
          </Act>
        )}
      </div>
      <Later view={view} />
    </form>
  );
}

function Port(props: {
  readonly label: string;
  readonly value: string | number;
  readonly onChange: (value: string | number) => void;
}) {
  return (
    <NumberInput
      {...props}
      hideControls
      size="md"
      maw={180}
      min={1}
      max={65_535}
      allowDecimal={false}
      allowNegative={false}
      clampBehavior="none"
    />
  );
}

/** That what was chosen does not hold yet, and what makes it hold. */
function Later({ view }: { readonly view: ListeningView }) {
  const words = laterWords(view, isDesktop());
  return (
    <p className={words.isWaiting ? 'limit-note listening-later' : 'dimmed'} role="status">
      {words.isWaiting && <IconRotateClockwise size={18} aria-hidden />}
      <span>{words.text}</span>
    </p>
  );
}
