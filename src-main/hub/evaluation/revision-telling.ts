// What the journal says of a new revision of a device; devices of a fleet that get the same share one object, which the store writes
// out once.
import type { JsonObject } from '#base/json.ts';
import type { DesiredChange } from '#domain/journal/desired-change.ts';
import { writersIn, type AutomaticRecord } from '#domain/layering/automatic-record.ts';
import type { EffectiveConfiguration } from '#domain/layering/effective-configuration.ts';

interface GivenRevision {
  readonly revision: number;
  readonly effective: EffectiveConfiguration;
  readonly automatic: AutomaticRecord;
  /** A manifest that was set on the device by hand gives way to it. */
  readonly takesOver: boolean;
  readonly desired: readonly DesiredChange[];
}

export type RevisionTeller = (given: GivenRevision) => JsonObject;

export const tellRevision: RevisionTeller = ({ revision, effective, automatic, takesOver, desired }) => {
  const { base, applied, notApplied } = effective;
  const configurations = writersIn(automatic);
  return {
    revision,
    base,
    applied,
    notApplied: { ...notApplied },
    ...(configurations.length > 0 && { configurations }),
    ...(takesOver && { takesOver: true }),
    ...(desired.length > 0 && { desired: [...desired] }),
  };
};

/** Remembers the last alone, for devices come in rows that are alike. */
export function createRevisionTeller(): RevisionTeller {
  let last: { readonly given: GivenRevision; readonly detail: JsonObject } | undefined;
  return (given) => {
    if (last !== undefined && isSame(last.given, given)) return last.detail;
    const detail = Object.freeze(tellRevision(given));
    last = { given, detail };
    return detail;
  };
}

function isSame(left: GivenRevision, right: GivenRevision): boolean {
  return (
    left.revision === right.revision &&
    left.effective === right.effective &&
    left.automatic === right.automatic &&
    left.takesOver === right.takesOver &&
    left.desired.length === right.desired.length &&
    left.desired.every((change, index) => change === right.desired[index])
  );
}
