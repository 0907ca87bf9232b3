// What the effective view of a device is made from: what a revision recorded, what the twins hold now, and what deployments that
// are still there would give.
import type { DeploymentId, DeviceId } from '#base/ids.ts';
import { ownValue, type JsonObject } from '#base/json.ts';
import { standingInBook, type AutomaticRecord, type AutomaticStanding } from '#domain/layering/automatic-record.ts';
import type { Deployment } from '#domain/records/deployment.ts';
import { withoutTerms } from '#hub/evaluation/terms-in-desired.ts';
import type { Revision, StoreReaders } from '#store/store-types.ts';

/** Module id, '' for the device's own twin → what its desired section holds now. */
export type DesiredNow = ReadonlyMap<string, JsonObject>;

export function desiredNow(read: StoreReaders, deviceId: DeviceId): DesiredNow {
  const own = read.twins.get({ deviceId, moduleId: null })?.desired.value ?? {};
  const ofModules = new Map<string, JsonObject>([['', own], ...read.twins.desiredOf(deviceId)]);
  // The terms of a rollout are the hub's own: no deployment wrote them, and nobody added them.
  const agent = ofModules.get('$edgeAgent');
  return agent === undefined ? ofModules : ofModules.set('$edgeAgent', withoutTerms(agent));
}

/**
 * What automatic configurations made of the twins; null where that was not kept. The newest revision of an older hub goes with
 * what stands now: the hub would have made another one had it changed.
 */
export function automaticAt(
  read: StoreReaders,
  deviceId: DeviceId,
  {
    shown,
    isLatest,
    actual,
  }: { readonly shown: Revision | undefined; readonly isLatest: boolean; readonly actual: DesiredNow },
): AutomaticRecord | null {
  if (shown !== undefined && shown.automatic !== null) return shown.automatic;
  if (!isLatest) return null;
  const record = Object.create(null) as Record<string, AutomaticStanding>;
  for (const [moduleId, stored] of read.configurationWrites.ofDevice(deviceId))
    record[moduleId ?? ''] = standingInBook(stored, actual.get(moduleId ?? '') ?? {});
  return record;
}

/** The reader of what a deployment gives a module; of one made after the moment (null: now) nothing: it took another's id. */
export function contentReader(
  read: StoreReaders,
  atMs: number | null,
): (id: DeploymentId, moduleId: string) => JsonObject | undefined {
  const known = new Map<DeploymentId, Deployment | undefined>();
  return (id, moduleId) => {
    if (!known.has(id)) known.set(id, read.deployments.get(id));
    const deployment = known.get(id);
    if (deployment === undefined || (atMs !== null && deployment.createdAtMs > atMs)) return undefined;
    return deployment.kind === 'edge' ? ownValue(deployment.content, moduleId) : deployment.content;
  };
}
