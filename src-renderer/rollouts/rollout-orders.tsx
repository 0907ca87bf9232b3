// The orders that fit a rollout now, each beside what it would hit; those that do not, with the reason. What cannot be taken back by
// the next click asks first.
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { OrderRow, RolloutOrders } from '#contract/console-rollout-sights.ts';
import type { RolloutOrder, RolloutView } from '#contract/console-rollouts.ts';
import { useShortcuts } from '#renderer/keys/shortcuts.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useProjection } from '#renderer/link/projection-store.ts';
import { useAction } from '#renderer/link/use-action.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { ConfirmDialog } from '#renderer/pieces/confirm-dialog.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { rolloutAgainPath } from '#renderer/words/paths.ts';
import {
  againInWords,
  dueOrder,
  offeredOrders,
  orderWords,
  pausingOrder,
} from '#renderer/words/rollout-order-words.ts';
import { safeText } from '#renderer/words/safe-text.ts';

export function RolloutOrderList(props: {
  readonly rollout: RolloutView;
  readonly orders: RolloutOrders | undefined;
  readonly problem: string | null;
  /** The ways back are asked about in a dialog of their own. */
  readonly onRollBack: () => void;
}) {
  const { rollout, orders, onRollBack } = props;
  const { deploymentId } = rollout;
  const client = useHub((state) => state.client);
  const isThere = useProjection((state) => state.deployments.has(deploymentId));
  const action = useAction();
  const [asked, setAsked] = useState<OrderRow | null>(null);
  const rows = offeredOrders.flatMap((order) => orders?.orders.find((row) => row.order === order) ?? []);
  const give = async (order: RolloutOrder): Promise<unknown> => client?.orderRollout.mutate({ deploymentId, order });
  const pausing = pausingOrder(rollout.status);

  function begin(row: OrderRow): void {
    if (row.order === 'rollBack') onRollBack();
    else if (orderWords[row.order].grade === 'plain') void action.run(() => give(row.order));
    else setAsked(row);
  }

  useShortcuts([
    {
      keys: 'Space',
      word: pausing === 'resume' ? 'Resume the rollout' : 'Pause the rollout',
      run: () => pausing !== null && void action.run(() => give(pausing)),
    },
    { keys: 'Shift+R', word: 'Roll back', run: onRollBack },
  ]);
  if (orders === undefined) return props.problem === null ? null : <ProblemView text={props.problem} />;
  const changing = orders.inChange.devices;
  const back = rollout.policy.stop;
  const failed = rows.find(({ order }) => order === 'retryFailed')?.devices ?? 0;
  const again = isThere ? againInWords(rollout, failed) : null;
  const due = dueOrder(rollout, (order) => rows.some((row) => row.order === order && row.unfit === null));
  return (
    <section className="rollout-orders" aria-label="Orders">
      <ul>
        {rows
          .filter((row) => row.unfit === null || row.order === 'rollBack')
          .toSorted((left, right) => Number(right.order === due) - Number(left.order === due))
          .map((row) => (
            <li key={row.order} data-order={row.order}>
              <Act
                {...lookOf(row.order, due)}
                loading={action.isBusy && row.order === pausing}
                onClick={() => begin(row)}
              >
                {orderWords[row.order].word}
                {orderWords[row.order].grade === 'plain' ? '' : ' …'}
              </Act>
              <span>
                {row.unfit === null
                  ? orderWords[row.order].hits({ devices: row.devices, changing, isDue: row.order === due, back })
                  : 'A rollback of its own: to what applies without it, an earlier content, the last good revision, or nothing.'}
              </span>
            </li>
          ))}
        {again !== null && <RollOutAgain deploymentId={deploymentId} word={again} />}
      </ul>
      <NotNow rows={again === null ? rows : rows.filter(({ order }) => order !== 'retryFailed')} />
      {action.problem !== null && <ProblemView text={action.problem} where={`Rollout of ${deploymentId}`} />}
      {asked !== null && (
        <ConfirmDialog
          title={`${orderWords[asked.order].word}: ${safeText(deploymentId)}?`}
          act={orderWords[asked.order].word}
          keep="Leave it as it is"
          danger={{
            grade: 'named',
            hits: [{ noun: 'device', names: asked.deviceIds, count: asked.devices }],
          }}
          onConfirm={() => give(asked.order)}
          onClose={() => setAsked(null)}
        >
          <p>{orderWords[asked.order].hits({ devices: asked.devices, changing, isDue: asked.order === due, back })}</p>
        </ConfirmDialog>
      )}
    </section>
  );
}

/** What is over stays so: the same content goes out anew, to those alone. */
function RollOutAgain({ deploymentId, word }: { readonly deploymentId: string; readonly word: string }) {
  const [, navigate] = useLocation();
  return (
    <li data-order="rollOutAgain">
      <Act variant="default" onClick={() => navigate(rolloutAgainPath(deploymentId))}>
        {word} …
      </Act>
      <span>A new rollout of the same content, for them alone.</span>
    </li>
  );
}

/** What a person is waited for is filled, what ends or undoes it is red, and the rest is neither. */
function lookOf(order: RolloutOrder, due: RolloutOrder | null) {
  const { color } = orderWords[order];
  if (order === due) return { color };
  return color === 'red' ? { variant: 'outline', color } : { variant: 'default' };
}

function NotNow({ rows }: { readonly rows: readonly OrderRow[] }) {
  const unfit = rows.filter((row) => row.unfit !== null && row.order !== 'rollBack');
  if (unfit.length === 0) return null;
  return (
    <details className="rollout-not-now">
      <summary>{unfit.length} more, not possible now</summary>
      <dl>
        {unfit.map(({ order, unfit: reason }) => (
          <div key={order}>
            <dt>{orderWords[order].word}</dt>
            <dd>{reason}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
