// What can be done to the chosen devices, all at once. Each asks first and says whom it will hit.
import { IconBan, IconCheck, IconStack2, IconTag, IconTrash, IconUsersGroup } from '@tabler/icons-react';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { DevicesChange } from '#contract/console-devices.ts';
import type { DeviceRow } from '#contract/console-rows.ts';
import { useShortcuts } from '#renderer/keys/shortcuts.ts';
import { useGroupDraft } from '#renderer/link/group-draft-store.ts';
import { useProjection } from '#renderer/link/projection-store.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { ConfirmDialog, type Danger } from '#renderer/pieces/confirm-dialog.tsx';
import type { DeviceFilter } from '#renderer/words/device-filter.ts';
import { groupsPath } from '#renderer/words/paths.ts';
import { BulkDeployDialog, BulkTagDialog } from './bulk-dialogs.tsx';
import { useBulkApi } from './bulk-progress.tsx';
import { startBulk } from './bulk-store.ts';
import { chooseDevices, chooseNone, useDevicesChoice } from './devices-choice.ts';

type Question = 'tag' | 'deploy' | 'enable' | 'disable' | 'delete';

export function BulkBar({ shown, filter }: { readonly shown: readonly DeviceRow[]; readonly filter: DeviceFilter }) {
  const chosen = useDevicesChoice((state) => state.chosen);
  const [question, setQuestion] = useState<Question | null>(null);
  const isSome = chosen.size > 0;
  useShortcuts(isSome ? [{ keys: '#', word: 'Tag the chosen devices', run: () => setQuestion('tag') }] : []);
  const [, navigate] = useLocation();
  if (!isSome) return null;
  const group = () => {
    useGroupDraft.setState({ deviceIds: [...chosen] });
    navigate(groupsPath);
  };
  const shownIds = new Set(shown.map((row) => row.deviceId));
  const hidden = [...chosen].filter((id) => !shownIds.has(id)).length;
  const isWhole = chosen.size - hidden === shown.length;
  return (
    <section className="surface bulk-bar" aria-label="Chosen devices">
      <p role="status">
        <strong>
          {chosen.size.toLocaleString('en')} of {(shown.length + hidden).toLocaleString('en')} chosen
        </strong>
        {hidden > 0 && <span className="dimmed"> · {hidden.toLocaleString('en')} not in this list</span>}
      </p>
      {!isWhole && (
        <Act variant="subtle" onClick={() => chooseDevices(new Set([...chosen, ...shownIds]))}>
          Choose all {shown.length.toLocaleString('en')} in this list
        </Act>
      )}
      <Act variant="subtle" onClick={chooseNone}>
        Choose none
      </Act>
      <span className="bulk-acts">
        <Act variant="light" leftSection={<IconTag size={17} aria-hidden />} onClick={() => setQuestion('tag')}>
          Tag
        </Act>
        <Act variant="light" leftSection={<IconUsersGroup size={17} aria-hidden />} onClick={group}>
          Group
        </Act>
        <Act variant="light" leftSection={<IconStack2 size={17} aria-hidden />} onClick={() => setQuestion('deploy')}>
          Deploy
        </Act>
        <Act variant="light" leftSection={<IconCheck size={17} aria-hidden />} onClick={() => setQuestion('enable')}>
          Enable
        </Act>
        <Act variant="light" leftSection={<IconBan size={17} aria-hidden />} onClick={() => setQuestion('disable')}>
          Disable
        </Act>
        <Act
          variant="light"
          color="red"
          leftSection={<IconTrash size={17} aria-hidden />}
          onClick={() => setQuestion('delete')}
        >
          Delete
        </Act>
      </span>
      {question !== null && (
        <Questions
          question={question}
          chosen={[...chosen]}
          filter={filter}
          isWhole={isWhole && hidden === 0}
          ask={setQuestion}
        />
      )}
    </section>
  );
}

interface QuestionProps {
  readonly question: Question;
  readonly chosen: readonly string[];
  readonly filter: DeviceFilter;
  /** All that the filter leaves, and none besides, are chosen. */
  readonly isWhole: boolean;
  readonly ask: (question: Question | null) => void;
}

function Questions({ question, chosen, filter, isWhole, ask }: QuestionProps) {
  const api = useBulkApi();
  const close = () => ask(null);
  const start = (change: DevicesChange): void => {
    if (api === null) return;
    void startBulk(api, change, chosen);
    close();
  };
  switch (question) {
    case 'tag':
      return <BulkTagDialog deviceIds={chosen} onTag={(patch) => start({ kind: 'tag', patch })} onClose={close} />;
    case 'deploy':
      return (
        <BulkDeployDialog
          deviceIds={chosen}
          condition={isWhole && isConditionAlone(filter) ? filter.query : null}
          onTag={() => ask('tag')}
          onClose={close}
        />
      );
    case 'enable':
    case 'disable':
    case 'delete':
      return <ConfirmBulk kind={question} chosen={chosen} onConfirm={start} onClose={close} />;
  }
}

function isConditionAlone({ query, words, state, connected, deployment }: DeviceFilter): boolean {
  return query !== '' && words === '' && state === null && !connected && deployment === null;
}

function ConfirmBulk(props: {
  readonly kind: 'enable' | 'disable' | 'delete';
  readonly chosen: readonly string[];
  readonly onConfirm: (change: DevicesChange) => void;
  readonly onClose: () => void;
}) {
  const { kind, chosen } = props;
  const devices = useProjection((state) => state.devices);
  const connected = chosen.filter((id) => devices.get(id)?.row.connected === true).length;
  const count = chosen.length === 1 ? '1 device' : `${chosen.length.toLocaleString('en')} devices`;
  const hits = [{ noun: 'device', names: chosen }];
  const word = { enable: 'Enable', disable: 'Disable', delete: 'Delete' }[kind];
  const danger: Danger =
    kind === 'enable'
      ? { grade: 'plain' }
      : kind === 'disable'
        ? { grade: 'named', hits }
        : { grade: 'typed', hits, name: count };
  return (
    <ConfirmDialog
      title={`${word} ${count}?`}
      act={`${word} ${count}`}
      danger={danger}
      onConfirm={async () => props.onConfirm({ kind })}
      onClose={props.onClose}
    >
      {kind === 'enable' && <p>They may connect again with the keys they have.</p>}
      {kind === 'disable' && (
        <p>
          They are cut off at once and may not connect until they are enabled; what runs on them goes on. {connected} of
          them {connected === 1 ? 'is' : 'are'} connected now.
        </p>
      )}
      {kind === 'delete' && (
        <p>
          Their twins, keys, revisions and waiting messages go for good; the journal stays. What runs on them goes on,
          and nobody can reach it from here. {connected} of them {connected === 1 ? 'is' : 'are'} connected now.
        </p>
      )}
    </ConfirmDialog>
  );
}
