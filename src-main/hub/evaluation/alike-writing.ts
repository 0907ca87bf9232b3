// Writes what devices that are alike are given, many with one statement: every device gets the rows that it would be written by itself.
// What has to be made for each (modules that are missing, books of configurations) is written device by device.
import type { DesiredChange } from '#domain/journal/desired-change.ts';
import { writeDifference, type DeviceDifference, type Evaluation } from './device-evaluation.ts';
import { noteCarried } from './rollout-turns.ts';

/** `alike` as `AlikeDevices` has them. */
export function writeAlike(evaluation: Evaluation, alike: readonly DeviceDifference[]): void {
  const [first] = alike;
  if (first === undefined) return;
  if (alike.length > 1 && isForMany(first)) writeTogether(evaluation, first, alike);
  else for (const difference of alike) writeDifference(evaluation, difference);
}

function isForMany({ missingModules, twins }: DeviceDifference): boolean {
  return missingModules.length === 0 && twins.every(({ twin, book }) => twin !== undefined && book === null);
}

function writeTogether(
  evaluation: Evaluation,
  { twins, statuses, statusesBefore, revision: given, takesOver }: DeviceDifference,
  alike: readonly DeviceDifference[],
): void {
  const { read, write, nowMs, nowIso, replaceDesired, tellRevision } = evaluation;
  const deviceIds = alike.map(({ deviceId }) => deviceId);
  const desired: DesiredChange[] = [];
  for (const { moduleId, twin, section, configurations } of twins) {
    if (twin === undefined || section === null) continue;
    const next = replaceDesired(twin, { value: section, nowIso, configurations });
    write.twins.updateDesiredAlike(deviceIds, moduleId, next.section);
    desired.push(next.change);
  }
  if (statuses !== null) write.deployments.replaceStatusesAlike(deviceIds, statuses, statusesBefore);
  for (const { deviceId, carried } of alike) if (carried !== null) noteCarried({ read, write }, deviceId, carried);
  if (given !== null) {
    const revision = write.revisions.appendAlike(deviceIds, { ...given, atMs: nowMs });
    const detail = tellRevision({ ...given, revision, takesOver, desired });
    write.journal.appendAlike(deviceIds, { kind: 'configuration-changed', actor: 'hub', detail });
  } else
    for (const { moduleId, ...detail } of desired)
      write.journal.appendAlike(deviceIds, { kind: 'desired-changed', actor: 'hub', moduleId, detail });
}
