// What is not as wanted on a device, by its last report: told beside each deployment that applies there, since a configuration is carried
// out, or fails, as a whole.
import type { DeviceId, ModuleId } from '#base/ids.ts';
import type { DeviceReasons } from '#contract/console-deployments.ts';
import { deviceHealth } from '#domain/journal/device-health.ts';
import { childOf, numberAt, textAt } from '#domain/updates/module-standing.ts';
import type { StoreReaders } from '#store/store-types.ts';

const agentId = '$edgeAgent' as ModuleId;
/** The words are the device's, and a cell of a table is what has to hold them. */
const longestReason = 300;
const mostTold = 8;

/** What waiting will not mend goes first. */
export function troublesOn(read: StoreReaders, deviceId: DeviceId): DeviceReasons['troubles'] {
  const twin = read.twins.get({ deviceId, moduleId: agentId });
  if (twin === undefined) return [];
  const { desired, reported } = twin;
  const { outcome, troubles } = deviceHealth(desired.value, desired.version, reported.value);
  const status = childOf(reported.value, 'lastDesiredStatus');
  const refusal =
    textAt(status, 'description') || `its agent answered with code ${numberAt(status, 'code') ?? 'unknown'}`;
  const ofModules = troubles
    .toSorted((left, right) => Number(right.kind === 'failing') - Number(left.kind === 'failing'))
    .map(({ module, reason }) => ({ module: short(module), reason: short(reason) }));
  // What the agent says of the whole repeats what it says of a module.
  const ofAll = outcome === 'failure' && ofModules.length === 0 ? [{ module: null, reason: short(refusal) }] : [];
  return [...ofAll, ...ofModules].slice(0, mostTold);
}

function short(text: string): string {
  return text.length <= longestReason ? text : `${text.slice(0, longestReason - 1)}…`;
}
