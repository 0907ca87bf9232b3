// Whom a rollout is for, and where each stands as it joins: awake, up, in which waves and groups. Conditions and groups are read
// once for all devices; who changes them makes a new finder.
import type { DeviceId, ModuleId } from '#base/ids.ts';
import { conditionDialect } from '#domain/conditions/condition-dialect.ts';
import { matches, parseCondition } from '#domain/conditions/condition.ts';
import { printExpression } from '#domain/conditions/expression-print.ts';
import { deviceHealth } from '#domain/journal/device-health.ts';
import type { RolloutTarget } from '#domain/rollouts/rollout-event.ts';
import type { RolloutPolicy } from '#domain/rollouts/rollout-policy.ts';
import type { ConditionSubject } from '#domain/values/twin.ts';
import type { Turns } from '#hub/turns/turns.ts';
import type { StoreReaders } from '#store/store-types.ts';

const agentId = '$edgeAgent' as ModuleId;
const pageSize = 50;

export interface TargetFinder {
  /** Null: the deployment's condition does not mean it, or it runs no modules. */
  targetOf(deviceId: DeviceId): RolloutTarget | null;
  /** The groups with a budget that a device is in. */
  budgetGroupsOf(deviceId: DeviceId): readonly string[];
}

/** `targetCondition` null: the deployment is gone, and means nobody. */
export function createTargetFinder(
  read: StoreReaders,
  targetCondition: string | null,
  { waves, budgets }: Pick<RolloutPolicy, 'waves' | 'budgets'>,
): TargetFinder {
  const isTarget = conditionTest(targetCondition ?? '');
  const inWave = waves.map(({ members }) => {
    if (members.kind === 'group') return groupTest(read, members.groupId);
    return members.kind === 'condition' ? conditionTest(members.condition) : null;
  });
  const inGroup = budgets.map(({ groupId }) => [groupId, groupTest(read, groupId)] as const);
  const groupsOf = (subject: ConditionSubject): readonly string[] =>
    inGroup.filter(([, isIn]) => isIn(subject)).map(([groupId]) => groupId);
  return {
    targetOf(deviceId) {
      const subject = read.devices.get(deviceId)?.isEdge === true ? read.twins.subject(deviceId) : undefined;
      if (subject === undefined || !isTarget(subject)) return null;
      return {
        deviceId,
        isAwake: isAwake(read, deviceId),
        isUp: isUp(read, deviceId),
        waves: [...inWave.keys()].filter((index) => inWave[index]?.(subject) === true),
        groups: groupsOf(subject),
      };
    },
    budgetGroupsOf(deviceId) {
      const subject = inGroup.length === 0 ? undefined : read.twins.subject(deviceId);
      return subject === undefined ? [] : groupsOf(subject);
    },
  };
}

/** Everybody it is for now, by id, in short turns. */
export async function findTargets(
  read: StoreReaders,
  finder: TargetFinder,
  turns: Turns,
): Promise<readonly RolloutTarget[]> {
  const targets: RolloutTarget[] = [];
  await visitDevices(read, turns, (deviceId) => {
    const target = finder.targetOf(deviceId);
    if (target !== null) targets.push(target);
  });
  return targets;
}

/** Every device there is, by id, in short turns. */
export async function visitDevices(
  read: StoreReaders,
  turns: Turns,
  visit: (deviceId: DeviceId) => void,
): Promise<void> {
  let after: DeviceId | undefined;
  do {
    const page = read.devices.ids({ after, limit: pageSize });
    for (const deviceId of page) {
      visit(deviceId);
      await turns.next();
    }
    after = page.at(-1);
  } while (after !== undefined);
}

/** Its agent is connected. */
export function isAwake(read: StoreReaders, deviceId: DeviceId): boolean {
  return read.modules.get(deviceId, agentId)?.connectionState === 'Connected';
}

/** Its modules are as they are wanted to be: the rule of the metric, without the answer to the newest version. */
export function isUp(read: StoreReaders, deviceId: DeviceId): boolean {
  const twin = read.twins.get({ deviceId, moduleId: agentId });
  if (twin === undefined) return false;
  return deviceHealth(twin.desired.value, twin.desired.version, twin.reported.value).troubles.length === 0;
}

/** Whether two conditions are one, however they are written: `tags.a='b'` and `tags.a = 'b'`. */
export function isSameCondition(left: string, right: string): boolean {
  return plainly(left) === plainly(right);
}

function plainly(text: string): string {
  const condition = parseCondition(text);
  const expression = condition.ok ? condition.value.expression : null;
  if (expression === null || expression === '*') return text.trim();
  return printExpression(expression, conditionDialect);
}

type SubjectTest = (subject: ConditionSubject) => boolean;

function conditionTest(text: string): SubjectTest {
  const condition = parseCondition(text);
  // What was kept was read when it came in; a newer version's language means nobody here.
  return condition.ok ? (subject) => matches(condition.value, subject) : () => false;
}

function groupTest(read: StoreReaders, groupId: string): SubjectTest {
  const group = read.groups.get(groupId);
  if (group === undefined) return () => false;
  if (group.condition !== null) return conditionTest(group.condition);
  const members = new Set(read.groups.members(groupId));
  return ({ deviceId }) => members.has(deviceId);
}
