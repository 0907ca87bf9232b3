// How large deployments may be on this site, beside how large they are; each limit between 1 and what the hub bears.
import { NumberInput } from '@mantine/core';
import { type FormEvent, useMemo, useState } from 'react';
import type { DeploymentLimitRow } from '#contract/console-settings.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useAction } from '#renderer/link/use-action.ts';
import { useAnswer } from '#renderer/link/use-answer.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';

const limitWords: Readonly<Record<DeploymentLimitRow['name'], string>> = {
  deployments: 'Deployments on this site',
  modulesPerDeployment: 'Modules in one deployment',
  customMetrics: 'Metrics of its own in one deployment',
  labels: 'Labels on one deployment',
  labelCharacters: 'Characters in all labels of one',
  metricNameCharacters: 'Characters in a metric’s name',
  conditionCharacters: 'Characters in a target condition',
};

export function SettingsLimits() {
  const client = useHub((state) => state.client);
  const ask = useMemo(() => (client === null ? null : () => client.deploymentLimits.query()), [client]);
  const { value, problem } = useAnswer(ask, null);
  if (problem !== null) return <ProblemView text={problem} />;
  return value === undefined ? <p className="dimmed">Counting what is in use …</p> : <LimitForm told={value} />;
}

function LimitForm({ told }: { readonly told: readonly DeploymentLimitRow[] }) {
  const client = useHub((state) => state.client);
  const action = useAction();
  const [rows, setRows] = useState(told);
  const [typed, setTyped] = useState<Readonly<Record<string, number | string>>>({});
  const [isSaved, setIsSaved] = useState(false);

  // What is as it was told is not sent: somebody else may set it meanwhile.
  const changed = rows.filter(({ name, value }) => typed[name] !== undefined && Number(typed[name]) !== value);

  function submit(event: FormEvent): void {
    event.preventDefault();
    const limits = Object.fromEntries(
      changed.map(({ name, usual }) => {
        const wanted = Number(typed[name]);
        return [name, wanted === usual ? null : wanted];
      }),
    );
    void action.run(async () => {
      if (client === null) return;
      setRows(await client.setDeploymentLimits.mutate({ limits }));
      setTyped({});
      setIsSaved(true);
    });
  }

  return (
    <form onSubmit={submit} className="surface settings-card">
      <div className="limit-rows">
        {rows.map((row) => (
          <LimitRow
            key={row.name}
            row={row}
            typed={typed[row.name] ?? row.value}
            onType={(value) => {
              setIsSaved(false);
              setTyped((before) => ({ ...before, [row.name]: value }));
            }}
          />
        ))}
      </div>
      {action.problem !== null && <ProblemView text={action.problem} />}
      <div className="settings-acts">
        <Act type="submit" loading={action.isBusy} disabled={changed.length === 0}>
          Save the limits
        </Act>
        {changed.length > 0 && (
          <Act variant="default" onClick={() => setTyped({})}>
            Undo
          </Act>
        )}
        {isSaved && <span role="status">Saved. They hold for the next deployment that comes in.</span>}
      </div>
    </form>
  );
}

function LimitRow(props: {
  readonly row: DeploymentLimitRow;
  readonly typed: number | string;
  readonly onType: (value: number | string) => void;
}) {
  const { row, typed } = props;
  const { usual, most, inUse, forThisRun } = row;
  const isBelow = Number(typed) < inUse;
  const facts = [
    `${inUse.toLocaleString('en')} in use`,
    `usual ${usual.toLocaleString('en')}`,
    `at most ${most.toLocaleString('en')}`,
  ];
  return (
    <div className="limit-row" data-limit={row.name}>
      <NumberInput
        hideControls
        label={limitWords[row.name]}
        description={facts.join(' · ')}
        size="md"
        min={1}
        max={most}
        allowDecimal={false}
        allowNegative={false}
        clampBehavior="none"
        value={typed}
        onChange={props.onType}
      />
      {isBelow && (
        <p className="limit-note">Fewer than are in use: what is there stays, and nothing beyond it comes in.</p>
      )}
      {forThisRun !== null && (
        <p className="limit-note">
          The hub was started with <span className="mono">--limit</span>: {forThisRun.toLocaleString('en')} holds until
          it is started without.
        </p>
      )}
    </div>
  );
}
