// What one device is given and would be given, whole: the evaluation of a preview for that device alone.
import { refused } from '#base/errors.ts';
import { isDeviceId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import type { DevicePreview } from '#contract/preview-view.ts';
import type { DesiredSections } from '#domain/layering/preview-difference.ts';
import { withoutSecrets } from '#domain/values/secret-values.ts';
import { foresee, type FleetChange } from './preview-fleet.ts';

/** Refused (`device.unknown`) where there is no such device. */
export async function foreseeDevice(change: FleetChange, deviceId: string): Promise<DevicePreview> {
  const device = isDeviceId(deviceId) ? change.read.devices.get(deviceId) : undefined;
  if (device === undefined)
    throw refused('device.unknown', `There is no device '${deviceId}' on this hub.`, { subject: deviceId });
  const foreseen = await foresee(change);
  if (!foreseen.ok) return foreseen;
  const outcome = foreseen.foresight.outcomeOf(device);
  if (outcome === null) {
    const given = shown(change.read.revisions.latest(device.deviceId)?.effective.modules ?? {});
    return { ok: true, before: given, after: given, refusal: null };
  }
  const { before, after, automatic, refusal } = outcome;
  return {
    ok: true,
    before: shown({ ...before.modules, ...automatic.before }),
    after: shown({ ...after.modules, ...automatic.after }),
    refusal,
  };
}

function shown(sections: DesiredSections): Readonly<Record<string, JsonObject>> {
  return Object.fromEntries(
    Object.entries(sections).map(([moduleId, section]) => [
      moduleId,
      withoutSecrets(moduleId, [], section) as JsonObject,
    ]),
  );
}
