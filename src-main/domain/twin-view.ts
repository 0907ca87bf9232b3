// What others may see of a twin.
import type { ConditionSubject, Twin } from './twin.ts';

/** The part of a device's twin that target conditions read (conditions.md, roots). */
export function conditionSubject(twin: Twin): ConditionSubject {
  return { deviceId: twin.deviceId, tags: twin.tags, reported: twin.reported.value };
}
