// Which images a device may pull: those its `$edgeAgent` is to run now, and those it ran well before, which it may have to go back
// to. Read from the store each time, so that a pull is allowed from the moment a change is committed, and no longer than it holds.
import type { DeviceId } from '#base/ids.ts';
import { isJsonObject, ownValue, type Json, type JsonObject } from '#base/json.ts';
import { isDigest, type Digest } from '#domain/manifests/image-digest.ts';
import type { StoreReaders } from '#store/store-types.ts';
import { lastGoodBeforeNewest } from './rollback-last-good.ts';

/** Each costs some of their desired sections read. */
const devicesATurn = 20;

/** As deployments write them. A device that is unknown, disabled or no edge device may pull nothing. */
export function imagesOfDevice(read: StoreReaders, deviceId: DeviceId): readonly string[] {
  const standing = read.agentStandings.get(deviceId);
  if (standing === undefined || read.devices.get(deviceId)?.status !== 'enabled') return [];
  const before = lastGoodBeforeNewest(read, deviceId)?.effective.modules;
  const images = [standing.desired, ownValue(before ?? {}, '$edgeAgent')].flatMap(imagesIn);
  return [...new Set(images)];
}

/** Of a desired section of `$edgeAgent`, whatever else is in it. */
function imagesIn(section: Json | undefined): readonly string[] {
  return ['modules', 'systemModules'].flatMap((part) =>
    Object.values(objectIn(section, part)).flatMap((module) => {
      const image = objectIn(module, 'settings')['image'];
      return typeof image === 'string' ? [image] : [];
    }),
  );
}

function objectIn(value: Json | undefined, key: string): JsonObject {
  const part = isJsonObject(value) ? ownValue(value, key) : undefined;
  return isJsonObject(part) ? part : {};
}

/**
 * Digests that deployments and devices name: such an image has no tag that keeps it. Device by device, with the loop free between.
 */
export async function digestsNamed(read: StoreReaders): Promise<readonly Digest[]> {
  const digests = new Set<Digest>();
  const note = (image: string): void => {
    const [, digest = ''] = image.split('@');
    if (isDigest(digest)) digests.add(digest);
  };
  for (const deployment of read.deployments.list())
    for (const [image] of JSON.stringify(deployment).matchAll(/@sha256:[0-9a-f]{64}/g)) note(image);
  let after: DeviceId | undefined;
  for (;;) {
    const page = read.devices.ids({ after, limit: devicesATurn });
    for (const deviceId of page) for (const image of imagesOfDevice(read, deviceId)) note(image);
    after = page.at(-1);
    if (page.length < devicesATurn) return [...digests];
    await new Promise((resolve) => setImmediate(resolve));
  }
}
