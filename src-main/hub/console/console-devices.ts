// Answers the console's procedures for many devices at once, through the registry and the twins as every other door does.
// Each device is a change of its own: one that is refused keeps no other from being done.
import type { Clock } from '#base/clock.ts';
import { AppError, refused } from '#base/errors.ts';
import { type DeviceId, isDeviceId } from '#base/ids.ts';
import type { ConsoleDevices, DeviceOutcome, DevicesChange, NewDevicesRequest } from '#contract/console-devices.ts';
import { matches, parseCondition } from '#domain/conditions/condition.ts';
import type { HubOperations } from '#hub/hub-types.ts';
import { createBreath } from '#hub/turns/preview-slices.ts';
import { createTurns } from '#hub/turns/turns.ts';
import type { Store } from '#store/store-types.ts';

const atOnce = 50;

interface Needs {
  readonly store: Pick<Store, 'read'>;
  readonly clock: Clock;
  readonly hub: Pick<HubOperations, 'registry' | 'twins'>;
  /** Where devices connect, as connection strings name it. */
  readonly deviceHost: () => string;
}

export function createConsoleDevices(needs: Needs): ConsoleDevices {
  const { store, clock, hub, deviceHost } = needs;
  const { read } = store;
  return {
    async matches({ condition, after, limit }, signal) {
      const parsed = parseCondition(condition);
      if (!parsed.ok) return parsed;
      const breathe = createBreath(clock, signal);
      const deviceIds: DeviceId[] = [];
      let last = (after ?? undefined) as DeviceId | undefined;
      for (;;) {
        const subjects = read.twins.subjects({ after: last, limit: atOnce });
        for (const subject of subjects) {
          last = subject.deviceId;
          if (matches(parsed.value, subject)) deviceIds.push(subject.deviceId);
          if (deviceIds.length === limit) return { ok: true, deviceIds, next: last };
        }
        if (subjects.length < atOnce) return { ok: true, deviceIds, next: null };
        await breathe();
      }
    },
    createAll: (request) =>
      eachOf(request.deviceIds, clock, (deviceId) => {
        const connectionString = createOne(hub, request, deviceId, deviceHost());
        return { deviceId, problem: null, connectionString };
      }).then((all) => all.map((outcome) => ({ connectionString: null, ...outcome }))),
    changeAll: ({ deviceIds, change }) =>
      eachOf(deviceIds, clock, (deviceId) => {
        changeOne(hub, deviceId, change);
        return { deviceId, problem: null };
      }),
  };
}

/** In turns: each is a transaction on disk. */
async function eachOf<Outcome extends DeviceOutcome>(
  deviceIds: readonly string[],
  clock: Clock,
  work: (deviceId: DeviceId) => Outcome,
): Promise<readonly (Outcome | DeviceOutcome)[]> {
  const turns = createTurns(clock);
  const outcomes: (Outcome | DeviceOutcome)[] = [];
  for (const deviceId of deviceIds) {
    // What is refused for one is that one's outcome; a bug of ours is none and goes on to whoever reads the log.
    try {
      outcomes.push(work(checkedId(deviceId)));
    } catch (error) {
      if (!(error instanceof AppError) || error.kind === 'broken') throw error;
      outcomes.push({ deviceId, problem: error.message });
    }
    await turns.next();
  }
  return outcomes;
}

function checkedId(text: string): DeviceId {
  if (isDeviceId(text)) return text;
  throw refused(
    'device.invalid',
    `'${text}' is no device id: 1 to 128 letters, digits and - : . + % _ # * ? ! ( ) , = @ $ ' alone.`,
    { subject: text },
  );
}

function createOne(
  { registry }: Needs['hub'],
  { isEdge, authentication, tags }: NewDevicesRequest,
  deviceId: DeviceId,
  deviceHost: string,
): string | null {
  const wanted =
    authentication.type === 'sas' ? { ...authentication, primaryKey: '', secondaryKey: '' } : authentication;
  const twin = tags === null ? {} : { twin: { tags } };
  const device = registry.createDevice({ deviceId, isEdge, authentication: wanted, ...twin }, 'console');
  if (device.authentication.type !== 'sas') return null;
  return `HostName=${deviceHost};DeviceId=${deviceId};SharedAccessKey=${device.authentication.primaryKey}`;
}

/** Under the version that was just read: what another door changed in between is not lost. */
function changeOne({ registry, twins }: Needs['hub'], deviceId: DeviceId, change: DevicesChange): void {
  const device = registry.getDevice(deviceId);
  switch (change.kind) {
    case 'tag':
      twins.patch({ deviceId, moduleId: null }, { tags: change.patch }, undefined, 'console');
      return;
    case 'enable':
    case 'disable': {
      const status = change.kind === 'enable' ? 'enabled' : 'disabled';
      if (device.status !== status)
        registry.updateDevice({ deviceId, status, isEdge: device.isEdge }, device.version, 'console');
      return;
    }
    case 'delete':
      registry.deleteDevice(deviceId, device.version, 'console');
  }
}
