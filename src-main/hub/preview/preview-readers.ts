// The store as it would read with other tags: what evaluates for real reads this and cannot tell the difference.
import type { DeviceId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import type { ConditionSubject, Twin } from '#domain/values/twin.ts';
import type { StoreReaders } from '#store/store-types.ts';

/** `tags`: the whole tags of the devices whose tags are thought to change. */
export function withTags(read: StoreReaders, tags: ReadonlyMap<DeviceId, JsonObject>): StoreReaders {
  if (tags.size === 0) return read;
  const retagged = <T extends ConditionSubject | Twin>(document: T): T => ({
    ...document,
    tags: tags.get(document.deviceId) ?? document.tags,
  });
  const ofDevice = <T extends ConditionSubject | Twin>(document: T | undefined): T | undefined =>
    document === undefined ? undefined : retagged(document);
  const { twins } = read;
  return {
    ...read,
    twins: {
      ...twins,
      get: (identity) => (identity.moduleId === null ? ofDevice(twins.get(identity)) : twins.get(identity)),
      subject: (deviceId) => ofDevice(twins.subject(deviceId)),
      subjects: (page) => twins.subjects(page).map(retagged),
    },
  };
}
