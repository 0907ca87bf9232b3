// Back: all new ones stop, go, and the old ones get their names again. What had not switched has only successors to take away.
import type { UpdateFailure } from '#domain/manifests/update-reason.ts';
import { containerName, isAlive, isOwn, predecessorName, successorName, type OwnContainer } from './agent-state.ts';
import type { Step } from './agent-step.ts';
import { removalOf, target } from './module-plan.ts';
import { containersOf } from './own-containers.ts';
import type { Moves, PlanInput } from './plan-input.ts';
import { movesOf, only, turn } from './trial-turns.ts';
import type { Trial, Verdict } from './update-trial.ts';

export function planBack(trial: Trial, input: PlanInput): Moves {
  const own = input.containers.filter(isOwn);
  const unwelcome = own.filter((container) => isNew(container, trial, own));
  const alive = unwelcome.filter((container) => isAlive(container));
  // As in the switch, all stop before any other moves.
  if (alive.length > 0) return movesOf(removals(alive));
  const parked = own.filter((container) => container.name === predecessorName(container.module));
  if (unwelcome.length > 0) return movesOf(removals(unwelcome));
  if (parked.length > 0)
    return movesOf(
      parked.map((container) => ({ kind: 'rename', ...target(container), to: containerName(container.module) })),
    );
  if (!trial.hasSwitched) return only({ kind: 'endTrial', verdict: unchanged(trial) });
  const isWhole = (input.wanted ?? []).every(({ spec }) => containersOf(spec.name, own).current !== null);
  return only(turn(trial, isWhole ? 'recover' : 'restore'));
}

/** Not for this device, whatever its state. */
const refusals: readonly string[] = [
  'wrong-platform',
  'unknown-strategy',
  'hand-over-port',
] satisfies UpdateFailure['code'][];

function unchanged({ failure }: Trial): Verdict {
  return failure !== null && refusals.includes(failure.code) ? 'refused' : 'failed-unchanged';
}

function isNew(container: OwnContainer, { hasSwitched, hashes, kept }: Trial, own: readonly OwnContainer[]): boolean {
  const { module, name, specHash } = container;
  if (name === successorName(module)) return true;
  if (!hasSwitched || name !== containerName(module)) return false;
  const hasOld = own.some((other) => other.module === module && other.name === predecessorName(module));
  const isMadeByTrial = Object.hasOwn(hashes, module) && hashes[module] === specHash && !kept.includes(module);
  return hasOld || isMadeByTrial;
}

function removals(containers: readonly OwnContainer[]): readonly Step[] {
  return containers.map((container) => removalOf(container)).filter((step) => step !== null);
}
