// What keeps a device from beginning whose turn it would be, of what the others do: as many as may be are in change, too few of its
// group would stay up, or as many as may have it were begun. It tells what `nextTurn` decides by.
import { countAdmitted, countChanging, mostAdmitted, sparesOf } from './rollout-admission.ts';
import type { DisruptionBudget } from './rollout-policy.ts';
import { currentRules } from './rollout-rules.ts';
import type { RolloutDevice, RolloutState } from './rollout-state.ts';

/**
 * One part of a sentence; null: there is room for it. Two gateways, one switched off: "at least 1 of group 'gateways' must stay up,
 * and 1 is up now. It begins when another of them is." All devices are counted once, for as many questions as there are.
 */
export function crowdIn(state: RolloutState): (device: RolloutDevice) => string | null {
  const { concurrency, budgets } = state.policy;
  const changing = countChanging(state, { rules: currentRules });
  const spares = sparesOf(state);
  const most = mostAdmitted(state);
  const isFull = most !== null && countAdmitted(state) >= most;
  // A way back must end: where nobody is in change, one begins all the same.
  const isForced = state.status === 'rolling-back' && changing === 0;
  return (device) => {
    if (isFull && device.attempt === 0) return `${fullText(most)}.`;
    const isCrowded = concurrency !== null && changing >= concurrency;
    const short = isForced ? [] : shortFor(device, budgets, spares);
    if (!isCrowded && short.length === 0) return null;
    const limits = [
      ...(isCrowded ? [`at most ${concurrency} may be in change at once, and ${countText(changing)}`] : []),
      ...short.map((budget) => budgetText(budget, spares.get(budget.groupId) as number)),
    ];
    return `${limits.join(', and ')}. ${endOf(isCrowded, short.length > 0)}`;
  };
}

/** One that is down already takes nothing from its groups. Each budget has a count in `spares`. */
function shortFor(
  { isUp, isAwake, groups }: RolloutDevice,
  budgets: readonly DisruptionBudget[],
  spares: ReadonlyMap<string, number>,
): readonly DisruptionBudget[] {
  if (!isUp || !isAwake) return [];
  return budgets.filter(({ groupId }) => groups.includes(groupId) && (spares.get(groupId) as number) < 1);
}

function budgetText({ groupId, atLeastUp }: DisruptionBudget, spare: number): string {
  return `at least ${atLeastUp} of group '${groupId}' must stay up, and ${countText(Math.max(0, spare + atLeastUp))} up now`;
}

function fullText(most: number): string {
  return `as many devices as may have it were begun, which is ${most}, and it gets none`;
}

function countText(count: number): string {
  return count === 1 ? '1 is' : `${count} are`;
}

function endOf(isCrowded: boolean, isShort: boolean): string {
  if (isCrowded && isShort) return 'It begins when both leave room for it.';
  return isShort ? 'It begins when another of them is.' : 'It begins when another one has come to its end.';
}
