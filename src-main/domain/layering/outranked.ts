// Of each deployment the places where others wrote over it, for a person who asks why it does not apply, or not in all of it
// (layering.md rule 8). Read from who hid whom, so that it agrees with the values that are shown.
import type { DeploymentId } from '#base/ids.ts';
import type { AutomaticRecord } from './automatic-record.ts';
import type { EffectiveConfiguration, ValueOrigin } from './effective-configuration.ts';

export interface OutrankedPath {
  /** Segments below the desired section; [] is the whole of it. */
  readonly path: readonly string[];
  readonly by: DeploymentId;
}

export interface Outranked {
  readonly id: DeploymentId;
  /** Whether something of it shows on the twin nevertheless. */
  readonly shows: boolean;
  readonly paths: readonly OutrankedPath[];
}

export interface OutrankedOn extends Outranked {
  /** '' is the device's own twin. */
  readonly moduleId: string;
}

// More is for the list of paths, not for a sentence.
const mostTold = 5;

/**
 * Everybody over whose values on one twin others wrote, in the order of the paths. `rate` written by `high`, which hid `low` →
 * `low` was outranked at `rate` by `high`; it shows when another path is its own.
 */
export function outrankedIn(origins: readonly ValueOrigin[]): readonly Outranked[] {
  const writers = new Set(origins.map(({ writtenBy }) => writtenBy));
  const byId = new Map<DeploymentId, OutrankedPath[]>();
  for (const { path, writtenBy, hidden } of origins) {
    for (const id of hidden) {
      const paths = byId.get(id) ?? [];
      byId.set(id, paths);
      paths.push({ path, by: writtenBy });
    }
  }
  return [...byId].map(([id, paths]) => ({ id, shows: writers.has(id), paths }));
}

/** The same for every twin: of deployments among themselves, and of automatic configurations among themselves. */
export function outrankedOn(
  { origins }: Pick<EffectiveConfiguration, 'origins'>,
  record: AutomaticRecord,
): { readonly deployments: readonly OutrankedOn[]; readonly configurations: readonly OutrankedOn[] } {
  const writes = Object.entries(record).map(([moduleId, standing]) => [moduleId, standing.writes] as const);
  return { deployments: onTwins(Object.entries(origins)), configurations: onTwins(writes) };
}

function onTwins(twins: readonly (readonly [string, readonly ValueOrigin[]])[]): readonly OutrankedOn[] {
  return twins
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([moduleId, origins]) => outrankedIn(origins).map((outranked) => ({ ...outranked, moduleId })));
}

/** In words: "outranked by high at rate, net.dns; by other at log" (layering.md rule 8). */
export function outrankedText(paths: readonly OutrankedPath[]): string {
  const byWriter = new Map<DeploymentId, string[]>();
  for (const { path, by } of paths.slice(0, mostTold)) {
    const told = byWriter.get(by) ?? [];
    byWriter.set(by, told);
    told.push(path.length === 0 ? 'the whole section' : path.join('.'));
  }
  const parts = [...byWriter].map(([by, told]) => `by ${by} at ${told.join(', ')}`);
  const more = paths.length - mostTold;
  return `outranked ${parts.join('; ')}${more > 0 ? `, and at ${more} more` : ''}`;
}
