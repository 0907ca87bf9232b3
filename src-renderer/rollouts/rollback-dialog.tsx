// The ways back from a deployment. Before anything is made it says who gets what, and for whom no base is left.
import '#renderer/look/rollouts.css';
import { Checkbox, NativeSelect, Radio } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import type { RollbackPlan } from '#contract/console-rollbacks.ts';
import type { OrderRow } from '#contract/console-rollout-sights.ts';
import { keepsForNoBase } from '#domain/rollouts/rollback-outcome.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useProjection } from '#renderer/link/projection-store.ts';
import { useAction } from '#renderer/link/use-action.ts';
import { useAnswer } from '#renderer/link/use-answer.ts';
import { useCalm } from '#renderer/link/use-calm.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { DialogView } from '#renderer/pieces/dialog-view.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { rolloutPath } from '#renderer/words/paths.ts';
import { orderWords } from '#renderer/words/rollout-order-words.ts';
import { devicesInWords } from '#renderer/words/rollout-words.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { RollbackPlanView } from './rollback-plan-view.tsx';
import { RollbackRevision } from './rollback-revision.tsx';
import { rollbackRequestOf, type WayDraft, type WayKind, wayKinds, wayWords } from './rollback-ways.ts';
import { canBeRolledOut } from './rollout-source.ts';
import { rollbackOnWire } from './rollout-wire.ts';

const planEveryMs = 300;
/** The rollout's own way: it ends, and its devices go back. */
const asOrder = 'order';
const sameAsOrder: WayDraft = {
  kind: 'without',
  withoutBase: 'keep',
  earlierId: '',
  deviceId: '',
  revision: 0,
  deviceIds: null,
  isCareful: false,
};
const withoutBaseWords = [
  { value: 'last-good', label: 'go to their last good revision', offer: 'Last good revision instead …' },
  { value: 'empty', label: 'run nothing', offer: 'An empty base instead …' },
] as const;

export interface RollbackDialogProps {
  readonly deploymentId: string;
  /** The order to take the rollout itself back; null or unfit: only a rollback of its own remains. */
  readonly order: OrderRow | null;
  /** Devices that were chosen before; none: all are meant. */
  readonly chosen: readonly string[];
  /** Of the deployment, for the revision of one. */
  readonly deviceIds: readonly string[];
  readonly onClose: () => void;
}

export function RollbackDialog(props: RollbackDialogProps) {
  const { deploymentId, order, chosen, onClose } = props;
  const client = useHub((state) => state.client);
  const [, navigate] = useLocation();
  const action = useAction();
  const isOrderFit = order !== null && order.unfit === null && chosen.length === 0;
  const [way, setWay] = useState<WayKind | typeof asOrder>(isOrderFit ? asOrder : 'without');
  const [draft, setDraft] = useState<Omit<WayDraft, 'kind'>>({
    withoutBase: 'keep',
    earlierId: '',
    deviceId: chosen[0] ?? props.deviceIds[0] ?? '',
    revision: 0,
    deviceIds: chosen.length === 0 ? null : chosen,
    isCareful: false,
  });
  // What the order would come to is foreseen as the way back of its own that does the same.
  const request = useMemo(
    () => rollbackRequestOf(deploymentId, way === asOrder ? sameAsOrder : { ...draft, kind: way }),
    [deploymentId, way, draft],
  );
  const { plan, problem } = useRollbackPlan(request);
  const lacksBase = way === asOrder && plan?.groups.some(({ outcome }) => outcome === keepsForNoBase) === true;
  const devices =
    way === asOrder ? (order?.devices ?? 0) : (plan?.groups.reduce((sum, group) => sum + group.devices, 0) ?? 0);
  const isReady = way === asOrder || (plan !== undefined && plan.problems.length === 0 && devices > 0);

  const goBack = () =>
    void action.run(async () => {
      if (client === null) return;
      if (way === asOrder) await client.orderRollout.mutate({ deploymentId, order: 'rollBack' });
      else if (request !== null) {
        const { rollout } = await client.createRollback.mutate(rollbackOnWire(request));
        navigate(rolloutPath(rollout.deploymentId));
      }
      onClose();
    });

  return (
    <DialogView title={`Roll back ${safeText(deploymentId)}?`} onClose={onClose}>
      <Radio.Group label="Which way" value={way} onChange={setWay}>
        {isOrderFit && (
          <Radio
            className="way"
            value={asOrder}
            label="Roll this rollout back"
            description={orderWords.rollBack.hits({ devices: order.devices, changing: 0 })}
          />
        )}
        {wayKinds.map((kind) => (
          <Radio
            key={kind}
            className="way"
            value={kind}
            label={wayWords[kind].word}
            description={wayWords[kind].meaning}
          />
        ))}
      </Radio.Group>
      {way !== asOrder && <WayFields kind={way} draft={draft} props={props} onChange={setDraft} />}
      {way !== asOrder && request === null && <p className="dimmed">Choose what to go back to.</p>}
      {request !== null && plan === undefined && problem === null && (
        <p className="dimmed">Looking who would get what …</p>
      )}
      {way === asOrder && order !== null && plan === undefined && <Named order={order} />}
      {problem !== null && way !== asOrder && <ProblemView text={problem} where={`Rollback of ${deploymentId}`} />}
      {plan !== undefined && <RollbackPlanView plan={plan} isOrder={way === asOrder} />}
      {lacksBase && (
        <div className="rollout-acts" role="group" aria-label="For devices without a base">
          {withoutBaseWords.map(({ value, offer }) => (
            <Act
              key={value}
              variant="default"
              onClick={() => {
                setDraft({ ...draft, withoutBase: value });
                setWay('without');
              }}
            >
              {offer}
            </Act>
          ))}
        </div>
      )}
      {action.problem !== null && <ProblemView text={action.problem} where={`Rollback of ${deploymentId}`} />}
      <div className="dialog-acts">
        <Act variant="default" onClick={onClose}>
          Leave it as it is
        </Act>
        <Act color="red" loading={action.isBusy} disabled={!isReady} onClick={goBack}>
          Roll back {devicesInWords(devices)}
        </Act>
      </div>
    </DialogView>
  );
}

function useRollbackPlan(request: ReturnType<typeof rollbackRequestOf>): {
  readonly plan: RollbackPlan | undefined;
  readonly problem: string | null;
} {
  const client = useHub((state) => state.client);
  const calm = useCalm(request, planEveryMs);
  const ask = useMemo(
    () =>
      client === null || calm === null
        ? null
        : async () => ({ of: calm, plan: await client.planRollback.query(rollbackOnWire(calm)) }),
    [client, calm],
  );
  const { value, problem } = useAnswer(ask, null);
  // A plan of another way says nothing of this one.
  return { plan: value?.of === request ? value?.plan : undefined, problem: calm === request ? problem : null };
}

function WayFields(given: {
  readonly kind: WayKind;
  readonly draft: Omit<WayDraft, 'kind'>;
  readonly props: RollbackDialogProps;
  readonly onChange: (draft: Omit<WayDraft, 'kind'>) => void;
}) {
  const { kind, draft, props, onChange } = given;
  const { deploymentId, chosen } = props;
  const deployments = useProjection((state) => state.deployments);
  const own = deployments.get(deploymentId)?.row;
  const earlier = [...deployments.values()]
    .map(({ row }) => row)
    .filter((row) => canBeRolledOut(row) && row.id !== deploymentId && (own === undefined || row.type === own.type))
    .map(({ id }) => id);
  return (
    <div className="way-fields">
      {kind === 'without' && (
        <NativeSelect
          label="Devices with no base left"
          size="md"
          value={draft.withoutBase}
          data={[{ value: 'keep', label: 'keep what they run' }, ...withoutBaseWords]}
          onChange={(event) =>
            onChange({ ...draft, withoutBase: event.currentTarget.value as WayDraft['withoutBase'] })
          }
        />
      )}
      {kind === 'to-deployment' && (
        <NativeSelect
          label="The earlier deployment"
          size="md"
          value={draft.earlierId}
          data={[{ value: '', label: '– choose –' }, ...earlier.map((id) => ({ value: id, label: safeText(id) }))]}
          onChange={(event) => onChange({ ...draft, earlierId: event.currentTarget.value })}
        />
      )}
      {kind === 'to-revision' ? (
        <RollbackRevision draft={draft} deviceIds={props.deviceIds} onChange={onChange} />
      ) : (
        <>
          {chosen.length > 0 && (
            <Checkbox
              className="field-check"
              label={`Only the ${devicesInWords(chosen.length)} chosen: ${chosen.slice(0, 6).map(safeText).join(', ')}${chosen.length > 6 ? ' …' : ''}`}
              checked={draft.deviceIds !== null}
              onChange={(event) => onChange({ ...draft, deviceIds: event.currentTarget.checked ? chosen : null })}
            />
          )}
          <Checkbox
            className="field-check"
            label="One device first, the rest when that went well for 5 min"
            checked={draft.isCareful}
            onChange={(event) => onChange({ ...draft, isCareful: event.currentTarget.checked })}
          />
        </>
      )}
    </div>
  );
}

function Named({ order }: { readonly order: OrderRow }) {
  const more = order.devices - order.deviceIds.length;
  return (
    <div className="found">
      <p>{devicesInWords(order.devices)} to go back:</p>
      <ul>
        {order.deviceIds.map((id) => (
          <li key={id} className="break">
            {safeText(id)}
          </li>
        ))}
        {more > 0 && <li>and {more} more</li>}
      </ul>
    </div>
  );
}
