// Groups of devices: lists that stay as they are, conditions that grow and shrink, and the order of the quality rings.
import type { Clock } from '#base/clock.ts';
import { refused } from '#base/errors.ts';
import { isDeviceId, type DeviceId } from '#base/ids.ts';
import type { ConsoleRollouts, GroupRequest, GroupRow } from '#contract/console-rollouts.ts';
import { parseCondition } from '#domain/conditions/condition.ts';
import type { RolloutPolicy } from '#domain/rollouts/rollout-policy.ts';
import { problemsText } from '#domain/values/problem-text.ts';
import type { DeviceGroup } from '#store/group-types.ts';
import type { Store, StoreReaders } from '#store/store-types.ts';

export type GroupOperations = Pick<ConsoleRollouts, 'groups' | 'setGroup' | 'deleteGroup' | 'setRings'>;

export function createGroupOperations({
  store,
  clock,
}: {
  readonly store: Store;
  readonly clock: Clock;
}): GroupOperations {
  const { read } = store;
  const list = (): readonly GroupRow[] => read.groups.list().map((group) => rowOf(read, group));
  return {
    groups: list,
    setGroup(request) {
      requireReadable(request.id);
      const { condition, deviceIds } = readMembers(read, request);
      const known = read.groups.get(request.id);
      const group: DeviceGroup = { id: request.id, ring: null, createdAtMs: clock.nowMs(), ...known, condition };
      store.change((write) => {
        if (known === undefined) write.groups.insert(group);
        else write.groups.update(group);
        write.groups.setMembers(group.id, deviceIds);
        write.journal.append({ kind: 'group-changed', actor: 'console', detail: { groupId: group.id } });
      });
      return rowOf(read, group);
    },
    deleteGroup({ id }) {
      requireGroup(read, id);
      const user = read.rollouts.open().find((number) => isNamed(read.rollouts.head(number)?.state.policy, id));
      if (user !== undefined)
        throw refused(
          'group.in-use',
          `Group '${id}' is named by a rollout that is under way: wait for its end, or cancel it.`,
          {
            subject: id,
          },
        );
      store.change((write) => {
        write.groups.delete(id);
        write.journal.append({ kind: 'group-changed', actor: 'console', detail: { groupId: id, isDeleted: true } });
      });
      return { id };
    },
    setRings({ ids }) {
      for (const id of ids) requireGroup(read, id);
      if (new Set(ids).size < ids.length)
        throw refused('request.invalid', 'A group stands in the order of rings more than once: name each once.');
      store.change((write) => {
        write.groups.setRings(ids);
        write.journal.append({ kind: 'group-changed', actor: 'console', detail: { rings: ids } });
      });
      return list();
    },
  };
}

function readMembers(
  read: StoreReaders,
  { members }: GroupRequest,
): { readonly condition: string | null; readonly deviceIds: readonly DeviceId[] } {
  if ('condition' in members) {
    const condition = parseCondition(members.condition);
    if (condition.ok) return { condition: members.condition, deviceIds: [] };
    throw refused('deployment.condition', problemsText(condition.problems));
  }
  const deviceIds = [...new Set(members.deviceIds)].filter(isDeviceId);
  const unknown = members.deviceIds.filter((id) => !isDeviceId(id) || read.devices.get(id) === undefined);
  if (unknown.length === 0) return { condition: null, deviceIds };
  const named = unknown.slice(0, 5).join("', '");
  throw refused('device.unknown', `There is no device '${named}' on this hub: leave out what is not registered.`);
}

function isNamed(policy: RolloutPolicy | undefined, id: string): boolean {
  if (policy === undefined) return false;
  const inWaves = policy.waves.some(({ members }) => members.kind === 'group' && members.groupId === id);
  return inWaves || policy.budgets.some(({ groupId }) => groupId === id);
}

function requireReadable(id: string): void {
  if (id.trim() === id && !/\p{Cc}/u.test(id)) return;
  throw refused(
    'request.invalid',
    'A group is named by what people can read: leave out control characters, and spaces at its ends.',
  );
}

function requireGroup(read: StoreReaders, id: string): void {
  if (read.groups.get(id) !== undefined) return;
  throw refused('group.unknown', `There is no group '${id}' on this hub.`, { subject: id });
}

function rowOf(read: StoreReaders, { id, condition, ring }: DeviceGroup): GroupRow {
  return { id, condition, ring, deviceIds: condition === null ? read.groups.members(id) : null };
}
