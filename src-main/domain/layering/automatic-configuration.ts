// Folds the automatic configurations that match one twin into what they write to it, and says why (iot-hub.md 6, "ADM rules").
// A pure function of the set, by the path rule of layers: the same words mean the same wherever a deployment writes.
import type { DeploymentId } from '#base/ids.ts';
import { isJsonObject, type Json } from '#base/json.ts';
import { contentWrites } from '#domain/records/content-writes.ts';
import {
  compareRank,
  type AutomaticConfiguration,
  type DeploymentStatus,
  type RemovalRule,
} from '#domain/records/deployment.ts';
import { withoutNulls } from '#domain/values/path-writes.ts';
import type { ValueOrigin } from './effective-configuration.ts';

/** One value that configurations write to a twin; null takes away what is there. */
export interface ConfigurationWrite extends ValueOrigin {
  /** Without nulls inside. */
  readonly value: Json;
  /** Of the configuration that wrote it. */
  readonly onRemoval: RemovalRule;
}

export interface AutomaticResult {
  /** Shorter paths first: written one after the other they give the result. */
  readonly writes: readonly ConfigurationWrite[];
  /** Configuration id → status. */
  readonly statuses: Readonly<Record<string, DeploymentStatus>>;
}

/**
 * What the configurations that match one twin write to it. They are folded from low to high (priority, then age); a write
 * replaces the whole value at its path and all that lower ones wrote below it, so `a` above `a.b` hides it and `a.b` above `a`
 * changes a part of it. Different paths all apply. Applied: something of it shows; Targeted: higher ones wrote over all of it.
 * `a.b = 1` at 10 and `a.c = 2` at 5 → both are written; `a.b = 1` at 10 and `a.b = 2` at 5 → only the first, which hides the second.
 */
export function automaticConfiguration(matched: readonly AutomaticConfiguration[]): AutomaticResult {
  const root = newPlace();
  const ranked = matched.toSorted(compareRank);
  for (const configuration of ranked) {
    for (const { path, value } of contentWrites(configuration.content)) {
      put(root, { path, value: withoutNulls(value), writtenBy: configuration.id, onRemoval: configuration.onRemoval });
    }
  }
  const writes = collect(
    root,
    ranked.map(({ id }) => id),
  );
  const shown = new Set(writes.map(({ writtenBy }) => writtenBy));
  const statuses = Object.create(null) as Record<string, DeploymentStatus>;
  for (const { id } of ranked) statuses[id] = shown.has(id) ? 'Applied' : 'Targeted';
  return { writes, statuses };
}

type NewWrite = Omit<ConfigurationWrite, 'hidden'>;

/** A place in a twin's desired section, with the write that ended here and is not hidden. */
interface Place {
  readonly below: Map<string, Place>;
  write: (NewWrite & { readonly hidden: Set<DeploymentId> }) | null;
}

function newPlace(): Place {
  return { below: new Map(), write: null };
}

function put(root: Place, write: NewWrite): void {
  const hidden = new Set<DeploymentId>();
  let place = root;
  for (const [depth, segment] of write.path.entries()) {
    replaceScalar(place, { ...write, path: write.path.slice(0, depth) });
    let next = place.below.get(segment);
    if (next === undefined) place.below.set(segment, (next = newPlace()));
    notePart(place, write.path.slice(depth), hidden);
    place = next;
  }
  hideAll(place, hidden);
  place.write = { ...write, hidden };
}

/** Writing below a scalar replaces it by the object that holds what is written; taking away below it does nothing. */
function replaceScalar(place: Place, write: NewWrite): void {
  const scalar = place.write?.value ?? null;
  if (write.value === null || scalar === null || isJsonObject(scalar)) return;
  const hidden = new Set<DeploymentId>();
  hideAll(place, hidden);
  place.write = { ...write, value: {}, hidden };
}

/** Whoever gave a value at the path as part of a larger one is hidden there, and shows elsewhere. */
function notePart({ write }: Place, rest: readonly string[], hidden: Set<DeploymentId>): void {
  if (write === null) return;
  let value: Json | undefined = write.value;
  for (const segment of rest) {
    value = isJsonObject(value) && Object.hasOwn(value, segment) ? value[segment] : undefined;
  }
  if (value !== undefined) hidden.add(write.writtenBy);
}

function hideAll(place: Place, hidden: Set<DeploymentId>): void {
  if (place.write !== null) {
    hidden.add(place.write.writtenBy);
    for (const id of place.write.hidden) hidden.add(id);
  }
  for (const below of place.below.values()) hideAll(below, hidden);
  place.write = null;
  place.below.clear();
}

/** `order`: lowest first. */
function collect(root: Place, order: readonly DeploymentId[]): readonly ConfigurationWrite[] {
  const writes: ConfigurationWrite[] = [];
  const visit = ({ write, below }: Place): void => {
    if (write !== null) {
      const { hidden, writtenBy } = write;
      writes.push({ ...write, hidden: order.filter((id) => id !== writtenBy && hidden.has(id)) });
    }
    for (const place of below.values()) visit(place);
  };
  visit(root);
  return writes.toSorted(comparePaths);
}

/** Shorter first, then by text: the order in which configurations arrived never shows. */
function comparePaths({ path: left }: ConfigurationWrite, { path: right }: ConfigurationWrite): number {
  return left.length - right.length || (left.join('.') < right.join('.') ? -1 : 1);
}
