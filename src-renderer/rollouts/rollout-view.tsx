// One rollout: where it stands and why, its plan, its devices as a picture and as a list, its course in time, and what a person can
// order. All of it follows the hub by itself.
import '#renderer/look/rollouts.css';
import { useCallback, useMemo, useState } from 'react';
import { useSearch } from 'wouter';
import type { RolloutCell, RolloutOrders } from '#contract/console-rollout-sights.ts';
import type { RolloutView as Rollout } from '#contract/console-rollouts.ts';
import {
  useRolloutCells,
  useRolloutCourse,
  useRolloutOrders,
  useRolloutRevision,
  useRolloutView,
} from '#renderer/link/use-rollout.ts';
import { BackLink } from '#renderer/pieces/back-link.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { rolloutsPath } from '#renderer/words/paths.ts';
import { FollowCount } from './count-link.tsx';
import { RollbackDialog } from './rollback-dialog.tsx';
import { AttemptsDialog } from './rollout-attempts.tsx';
import { RolloutCourseView } from './rollout-course.tsx';
import { RolloutDevices } from './rollout-devices.tsx';
import { RolloutEvents } from './rollout-events.tsx';
import { readRolloutFilter } from './rollout-filter.ts';
import { RolloutHead } from './rollout-head.tsx';
import { RolloutOrderList } from './rollout-orders.tsx';
import { RolloutPlanCard } from './rollout-plan-card.tsx';
import { WaveWaffle } from './wave-waffle.tsx';

const nobody: readonly RolloutCell[] = [];

export function RolloutView({ deploymentId }: { readonly deploymentId: string }) {
  return <OneRollout key={deploymentId} deploymentId={deploymentId} />;
}

function OneRollout({ deploymentId }: { readonly deploymentId: string }) {
  const revision = useRolloutRevision(deploymentId);
  const { value: rollout, problem } = useRolloutView(deploymentId, revision);
  const orders = useRolloutOrders(deploymentId, revision);
  return (
    <>
      <BackLink path={rolloutsPath} word="Rollouts" />
      {problem !== null && <ProblemView text={problem} where={`Rollout of ${deploymentId}`} />}
      {rollout === undefined && problem === null && <p className="dimmed">Reading the rollout …</p>}
      {rollout !== undefined && (
        <Shown rollout={rollout} orders={orders.value} problem={orders.problem} revision={revision} />
      )}
    </>
  );
}

function Shown(props: {
  readonly rollout: Rollout;
  readonly orders: RolloutOrders | undefined;
  readonly problem: string | null;
  readonly revision: number;
}) {
  const { rollout, orders, revision } = props;
  const { deploymentId } = rollout;
  const search = useSearch();
  const filter = useMemo(() => readRolloutFilter(search), [search]);
  const cells = useRolloutCells(deploymentId, revision);
  const course = useRolloutCourse(deploymentId, revision);
  const [looked, setLooked] = useState<string | null>(null);
  const [isGoingBack, setIsGoingBack] = useState(false);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [followed, setFollowed] = useState(0);
  const follow = useCallback(() => setFollowed((times) => times + 1), []);
  const all = cells.value ?? nobody;
  return (
    <FollowCount value={follow}>
      <RolloutHead rollout={rollout} course={course.value} takesBack={orders?.takesBack ?? null} onOpen={setLooked} />
      <RolloutOrderList
        rollout={rollout}
        orders={orders}
        problem={props.problem}
        onRollBack={() => setIsGoingBack(true)}
      />
      {cells.problem !== null && <ProblemView text={cells.problem} where="Picture of the devices" />}
      <WaveWaffle rollout={rollout} cells={all} onOpen={setLooked} />
      <RolloutPlanCard rollout={rollout} cells={all} />
      <RolloutCourseView rollout={rollout} course={course.value} problem={course.problem} />
      <RolloutDevices
        rollout={rollout}
        cells={all}
        filter={filter}
        revision={revision}
        inChange={orders?.inChange.devices ?? 0}
        choice={{ chosen, choose: setChosen }}
        followed={followed}
        onOpen={setLooked}
      />
      <RolloutEvents rollout={rollout} course={course.value} onOpen={setLooked} />
      {looked !== null && (
        <AttemptsDialog rollout={rollout} deviceId={looked} revision={revision} onClose={() => setLooked(null)} />
      )}
      {isGoingBack && (
        <RollbackDialog
          deploymentId={deploymentId}
          order={orders?.orders.find(({ order }) => order === 'rollBack') ?? null}
          chosen={[...chosen]}
          deviceIds={all.map((cell) => cell.deviceId)}
          onClose={() => setIsGoingBack(false)}
        />
      )}
    </FollowCount>
  );
}
