// Which devices a deployment can mean, told by values they can be looked up by. Never too few; all where nothing narrows it.
import { anchorClauses, type Anchor, type AnchorClause } from '#domain/conditions/condition-anchors.ts';
import type { DeploymentKind } from '#domain/records/deployment.ts';
import type { Aim } from '#hub/records/deployment-catalog.ts';
import type { StoreReaders } from '#store/store-types.ts';

/** At least one of the anchors holds for each device that is meant. */
export type Reach = 'all' | readonly Anchor[];

// Counting further would cost more than it could save.
const countedAtMost = 1000;

/** `tags.site = 'north' AND tags.role = 'camera'`: by the role, when fewer devices have it than are on the site. */
export function reachOf(read: StoreReaders, { kind, condition: { expression } }: Aim): Reach {
  if (expression === null) return [];
  if (expression === '*') return 'all';
  let narrowest: AnchorClause | undefined;
  let fewest = Infinity;
  for (const clause of anchorClauses(expression)) {
    if (!clause.every((anchor) => canLookUp(read, kind, anchor))) continue;
    const devices = countWithin(read, clause, fewest);
    if (devices >= fewest) continue;
    narrowest = clause;
    fewest = devices;
  }
  return narrowest ?? 'all';
}

/** The tags of a module configuration's condition are those of modules, which no table holds. */
function canLookUp(read: StoreReaders, kind: DeploymentKind, { path, value }: Anchor): boolean {
  if (path.root === 'deviceId') return true;
  return kind !== 'module' && path.root === 'tags' && read.tagValues.canFind({ path: path.segments, value });
}

/** Stops where the count reaches `limit`: a list of thousands of values is not counted to its end. */
function countWithin(read: StoreReaders, clause: AnchorClause, limit: number): number {
  let devices = 0;
  for (const { path, value } of clause) {
    if (devices >= limit) break;
    const tag = { path: path.segments, value };
    devices += path.root === 'deviceId' ? 1 : read.tagValues.countCandidates(tag, countedAtMost);
  }
  return devices;
}
