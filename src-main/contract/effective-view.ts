// What a device is given, now or at a revision, and what changed between two: plain JSON for the console.
// Keys and values in here may come from devices' owners: whoever draws them treats them as hostile.
import type { EffectiveChange } from '#domain/layering/effective-view-compare.ts';
import type { EffectiveValue } from '#domain/layering/effective-view.ts';
import type { NotApplied } from '#domain/layering/not-applied.ts';
import type { OutrankedOn } from '#domain/layering/outranked.ts';

export interface RevisionRow {
  readonly revision: number;
  readonly atMs: number;
  /** Null: no base applied. */
  readonly base: string | null;
  readonly applied: readonly string[];
  /** The automatic configurations of which something shows, by id; null: not known of that time. */
  readonly configurations: readonly string[] | null;
}

/** A deployment that others wrote over on one twin ('' is the device's own), wholly or in part. */
export interface OutrankedRow extends OutrankedOn {
  /** Paths beyond those listed are counted. */
  readonly totalPaths: number;
  /** In words, with the first few paths. */
  readonly reason: string;
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
  /** Every deployment that matched and of which nothing applies, and why: configurations for each twin they matched. */
  readonly notApplied: readonly NotApplied[];
  /** Of which deployments what is written over by whom; those that apply in part are among them. The first of all. */
  readonly outranked: readonly OutrankedRow[];
  readonly totalOutranked: number;
  /** What is not known of that revision, in words; null: nothing is missing. */
  readonly notKnown: string | null;
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
  /** What could not be compared, in words; null: nothing is missing. */
  readonly notKnown: string | null;
  readonly changes: readonly EffectiveChange[];
  readonly totalChanges: number;
  readonly next: number | null;
}
