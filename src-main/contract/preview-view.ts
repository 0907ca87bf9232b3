// What a preview answers, and who a condition would match: plain JSON for the console.
// Ids and texts in here may come from devices: whoever draws them treats them as hostile.
import type { JsonObject } from '#base/json.ts';
import type { Explanation } from '#domain/conditions/condition-explain.ts';
import type { NotApplied } from '#domain/layering/not-applied.ts';
import type { PreviewProblem } from '#domain/layering/preview-change.ts';
import type { ModuleDifference, PropertyDifference } from '#domain/layering/preview-difference.ts';
import type { Problem } from '#base/result.ts';

/**
 * `devices` = `excluded` + `considered`, and `considered` = `unaffected` + `matchOnly` + `changed` + `refused`. The others say
 * what the changed ones go through, and one device may count in several.
 */
export interface PreviewCounts {
  readonly devices: number;
  /** No edge devices, where no automatic configuration is there or thought of: nothing could concern them. */
  readonly excluded: number;
  readonly considered: number;
  readonly unaffected: number;
  /** Another deployment would match or stop matching, and the device would run what it runs now. */
  readonly matchOnly: number;
  readonly changed: number;
  /** Would keep what they have, for what is meant for them can be in no twin. */
  readonly refused: number;
  /** Unmanaged now, managed then. */
  readonly gainBase: number;
  /** A layer would apply that does not now. */
  readonly gainLayer: number;
  /** A deployment that applies now would not. */
  readonly lose: number;
  readonly becomeUnmanaged: number;
}

export interface PreviewSet {
  readonly base: string | null;
  /** In the order they are folded. */
  readonly applied: readonly string[];
  /** Every deployment that matched and of which nothing applies: those of modules once, configurations for each twin. */
  readonly notApplied: readonly NotApplied[];
}

/** Devices to which the very same would happen. */
export interface PreviewGroup {
  /** By it its devices are asked for. */
  readonly group: number;
  readonly devices: number;
  readonly before: PreviewSet;
  readonly after: PreviewSet;
  /** Why it could not be given to them; null when it could. */
  readonly refusal: string | null;
  /** How many of them hold values set by hand, which this would undo. */
  readonly editedByHand: number;
  readonly modules: readonly ModuleDifference[];
  readonly properties: readonly PropertyDifference[];
  /** Values that differ beyond those listed. */
  readonly valuesLeftOut: number;
  /** The first of its devices, by id. */
  readonly deviceIds: readonly string[];
}

export type PreviewAnswer =
  | {
      readonly ok: true;
      /** For `previewDevices`; kept for the last few previews. */
      readonly previewId: number;
      /** Number of the newest journal row it was computed from. */
      readonly asOf: number;
      readonly counts: PreviewCounts;
      /** Largest first. */
      readonly groups: readonly PreviewGroup[];
      readonly groupsLeftOut: number;
    }
  | { readonly ok: false; readonly problems: readonly PreviewProblem[] };

/** All desired properties that deployments give one device, by module, '' for its own twin; without what is secret. */
export type DevicePreview =
  | {
      readonly ok: true;
      readonly before: Readonly<Record<string, JsonObject>>;
      readonly after: Readonly<Record<string, JsonObject>>;
      /** Why it could not be given to it; null when it could. */
      readonly refusal: string | null;
    }
  | { readonly ok: false; readonly problems: readonly PreviewProblem[] };

export interface DeviceIdPage {
  readonly deviceIds: readonly string[];
  /** Where the next page goes on; null on the last. */
  readonly next: string | null;
}

export interface MatchedDevices {
  /** Edge devices it matches: those a deployment would reach. */
  readonly count: number;
  readonly edgeDevices: number;
  /** Devices it matches that are no edge devices: a device configuration would reach those too. */
  readonly notEdge: number;
  /** The first of those counted, by id. */
  readonly deviceIds: readonly string[];
}

export interface MatchedModules {
  /** Modules it matches: those a module configuration would reach. */
  readonly count: number;
  /** Modules that are there; `$edgeAgent` and `$edgeHub`, which no configuration reaches, are not counted. */
  readonly modules: number;
  /** Devices of which it matches at least one module. */
  readonly devices: number;
  /** The first of those counted, by device and module id. */
  readonly moduleIds: readonly { readonly deviceId: string; readonly moduleId: string }[];
}

interface Explained {
  /** Why it matches what was asked about, or does not; null when nothing was, or there is none of that id. */
  readonly explanation: Explanation | null;
}

export type ConditionMatches =
  | ({ readonly ok: true; readonly of: 'devices' } & MatchedDevices & Explained)
  | ({ readonly ok: true; readonly of: 'modules' } & MatchedModules & Explained)
  | { readonly ok: false; readonly problems: readonly Problem[] };
