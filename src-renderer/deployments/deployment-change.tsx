// What can be changed of a deployment: priority, target, labels and metrics; and what that does, before it is done. Content cannot.
import { NumberInput } from '@mantine/core';
import { type FormEvent, useMemo, useState } from 'react';
import type { DeploymentDetail } from '#contract/console-deployments.ts';
import { ConditionField } from '#renderer/editors/condition-field.tsx';
import type { NamedText } from '#renderer/editors/manifest-form.ts';
import { PairRows } from '#renderer/editors/pair-rows.tsx';
import { useShortcuts } from '#renderer/keys/shortcuts.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useAction } from '#renderer/link/use-action.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { DialogView } from '#renderer/pieces/dialog-view.tsx';
import { NoticeList } from '#renderer/pieces/problem-list.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { safeText } from '#renderer/words/safe-text.ts';
import { type Changes, EffectView, useEffectOn } from './effect-view.tsx';

export function DeploymentChange(props: {
  readonly detail: DeploymentDetail;
  readonly onClose: () => void;
  readonly onChanged: () => void;
}) {
  const { detail } = props;
  return (
    <DialogView title={`Change ${safeText(detail.id)}`} onClose={props.onClose}>
      <ChangeForm {...props} />
    </DialogView>
  );
}

function ChangeForm({
  detail,
  onClose,
  onChanged,
}: {
  readonly detail: DeploymentDetail;
  readonly onClose: () => void;
  readonly onChanged: () => void;
}) {
  const { id, etag, kind } = detail;
  const client = useHub((state) => state.client);
  const action = useAction();
  const [priority, setPriority] = useState<number | string>(detail.priority);
  const [targetCondition, setCondition] = useState(detail.targetCondition);
  const [labels, setLabels] = useState(() => namedTexts(detail.labels ?? {}));
  const [metrics, setMetrics] = useState<readonly NamedText[]>(() =>
    detail.metrics.map(({ name, query }) => ({ name, value: query })),
  );
  const isAimed = priority !== detail.priority || targetCondition !== detail.targetCondition;
  const changes = useMemo<Changes | null>(
    () => (isAimed && typeof priority === 'number' ? [{ kind: 'update', id, priority, targetCondition }] : null),
    [isAimed, id, priority, targetCondition],
  );
  const answer = useEffectOn(changes);
  const problems = answer.value?.ok === false ? answer.value.problems : [];
  function save(): void {
    void action
      .run(async () => {
        await client?.changeDeployment.mutate({
          id,
          etag,
          ...(typeof priority === 'number' && { priority }),
          targetCondition,
          labels: labels.length === 0 ? null : textsOf(labels),
          metricQueries: textsOf(metrics),
        });
      })
      .then((isDone) => {
        if (!isDone) return;
        onChanged();
        onClose();
      });
  }
  useShortcuts([{ keys: 'Ctrl+S', word: 'Save the change', run: save }]);
  return (
    <form
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        save();
      }}
    >
      <NumberInput
        hideControls
        size="md"
        label="Priority"
        min={0}
        allowDecimal={false}
        value={priority}
        onChange={setPriority}
      />
      <ConditionField kind={kind} value={targetCondition} onChange={setCondition} />
      <span className="field-label">Labels</span>
      <PairRows noun="label" rows={labels} onChange={setLabels} />
      <span className="field-label">Custom metrics</span>
      <PairRows noun="metric" valueWord="Query" rows={metrics} onChange={setMetrics} />
      <NoticeList title="It cannot be changed so" tone="problem" problems={problems} />
      {changes !== null && <EffectView answer={answer} subject="The change" />}
      {action.problem !== null && <ProblemView text={action.problem} where={id} done="Nothing was changed." />}
      <div className="dialog-acts">
        <Act variant="default" onClick={onClose}>
          Cancel
        </Act>
        <Act type="submit" loading={action.isBusy} disabled={problems.length > 0 || typeof priority !== 'number'}>
          Save the change
        </Act>
      </div>
    </form>
  );
}

function namedTexts(texts: Readonly<Record<string, string>>): readonly NamedText[] {
  return Object.entries(texts).map(([name, value]) => ({ name, value }));
}

function textsOf(rows: readonly NamedText[]): Readonly<Record<string, string>> {
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}
