// What a device is given, now or at a revision, and what changed between two: plain JSON for the console.
// Keys and values in here may come from devices' owners: whoever draws them treats them as hostile.
import type { EffectiveChange } from '#domain/effective-view-compare.ts';
import type { EffectiveValue } from '#domain/effective-view.ts';

export interface RevisionRow {
  readonly revision: number;
  readonly atMs: number;
  /** Null: no base applied. */
  readonly base: string | null;
  readonly applied: readonly string[];
}

export interface RevisionPage {
  /** Newest first. */
  readonly rows: readonly RevisionRow[];
  /** The `before` of the next page; null on the last. */
  readonly next: number | null;
}

export interface EffectiveView {
  readonly deviceId: string;
  /** Null: the device was never given a configuration. */
  readonly revision: number | null;
  readonly atMs: number | null;
  readonly isLatest: boolean;
  readonly base: string | null;
  /** In the order they are folded: lowest first. */
  readonly applied: readonly string[];
  /** Every deployment that matched and did not apply, and why. */
  readonly notApplied: readonly { readonly id: string; readonly reason: string }[];
  /** What a device without a base does, in words; null for a managed one. */
  readonly unmanaged: string | null;
  /** The revision whose configuration it runs; null when it was never given one. */
  readonly runsRevision: number | null;
  /** A page of its values, by module and path. */
  readonly values: readonly EffectiveValue[];
  readonly totalValues: number;
  /** The `after` of the next page; null on the last. */
  readonly next: number | null;
}

export interface RevisionComparison {
  readonly deviceId: string;
  readonly from: RevisionRow;
  readonly to: RevisionRow;
  readonly changes: readonly EffectiveChange[];
  readonly totalChanges: number;
  readonly next: number | null;
}
