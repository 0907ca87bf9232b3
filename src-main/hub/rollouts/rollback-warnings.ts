// What a person should know before a rollback is made, each a sentence that says what else can be done.
import { withoutBaseWarning } from '#domain/rollouts/rollback-outcome.ts';
import type { RolloutTarget } from '#domain/rollouts/rollout-event.ts';
import { isFinal } from '#domain/rollouts/rollout-state.ts';
import type { StoreReaders } from '#store/store-types.ts';
import { conditionOf } from './rollback-deployments.ts';
import type { Courses } from './rollback-plan.ts';
import type { RollbackSubject } from './rollback-subject.ts';
import { isSameCondition } from './rollout-targets.ts';

interface Warned {
  readonly subject: RollbackSubject;
  readonly reached: readonly RolloutTarget[];
  readonly targets: readonly RolloutTarget[];
  readonly courses: Courses;
}

export function warningsOf(read: StoreReaders, { subject, reached, targets, courses }: Warned): readonly string[] {
  const kept = courses.outcomes.filter(({ isWithoutBase }) => isWithoutBase).length;
  const asleep = targets.filter(({ isAwake }) => !isAwake).length;
  return [
    ...sentence(withoutBaseWarning(kept, targets.length, courses.hasLastGood)),
    ...leftOutWarning(courses, reached.length),
    ...pinWarning(courses),
    ...rolloutWarnings(read, subject),
    ...(asleep === 0 ? [] : [asleepWarning(asleep, targets.length)]),
  ];
}

function asleepWarning(asleep: number, devices: number): string {
  const them = asleep === 1 ? 'is switched off: it gets' : 'are switched off: they get';
  return `${asleep} of ${devices} ${them} it when ${asleep === 1 ? 'it wakes' : 'they wake'}.`;
}

function sentence(text: string | null): readonly string[] {
  return text === null ? [] : [text];
}

function leftOutWarning({ contents, hasTakers }: Courses, devices: number): readonly string[] {
  const { size } = contents.leftOut;
  if (size === 0 || hasTakers) return [];
  return [
    `For ${size} of ${devices} devices there is nothing to go back to, and they stay as they are: take them back to an ` +
      'earlier deployment, or to an empty base.',
  ];
}

/** A base above everything shuts out what comes after it. */
function pinWarning({ contents, deployments }: Courses): readonly string[] {
  const made = deployments.find(({ deviceIds }) => deviceIds !== null);
  const isPinned = [...contents.giftOf.values()].some(({ kind }) => kind !== 'deployment');
  if (made === undefined || !isPinned) return [];
  const { priority } = made.deployment;
  return [
    `Its base has priority ${priority}, the highest of all that match these devices, so that no layer changes it: a later ` +
      `base needs at least ${priority} there, and a layer more.`,
  ];
}

function rolloutWarnings(read: StoreReaders, subject: RollbackSubject): readonly string[] {
  const warnings: string[] = [];
  const own = subject.kind === 'deployment' ? subject.deployment : undefined;
  if (subject.kind === 'deployment' && subject.rollout === undefined)
    warnings.push(
      `'${subject.deployment.id}' has no rollout: it is given one, so that it can be rolled back device by device, and from then ` +
        'on it reaches no further device.',
    );
  for (const number of read.rollouts.open()) {
    const head = read.rollouts.head(number);
    if (head === undefined || isFinal(head.state.status)) continue;
    const { deploymentId } = head.state;
    if (number === own?.createdAtMs)
      warnings.push(
        `The rollout of '${deploymentId}' is under way: it ends, and whoever it has not begun does not get it.`,
      );
    else if (isSameCondition(head.targetCondition, conditionOf(subject)))
      warnings.push(
        `The rollout of '${deploymentId}', which is for the same devices, gives way to this one: cancel this plan if it should not.`,
      );
  }
  return warnings;
}
