// Outcomes gathered: devices to which the very same would happen form a group, whose difference is told once.
import type { Json } from '#base/json.ts';
import { jsonEquals } from '#base/merge-patch.ts';
import { largestPage } from '#contract/console-rows.ts';
import { type PreviewCounts, type PreviewGroup, type PreviewSet } from '#contract/preview-view.ts';
import type { EffectiveConfiguration } from '#domain/layering/effective-configuration.ts';
import type { NotApplied } from '#domain/layering/not-applied.ts';
import { configurationDifference, type ModuleDifference } from '#domain/layering/preview-difference.ts';
import type { Outcome } from './preview-outcome.ts';

/** Devices with equal outcomes, by id. */
export interface OutcomeGroup {
  readonly first: Outcome;
  readonly deviceIds: string[];
  editedByHand: number;
}

// Values of one group that are listed; what differs beyond them is counted.
const mostValues = 200;

export function addToGroups(groups: Map<string, OutcomeGroup>, outcome: Outcome): void {
  const group = groups.get(outcome.key) ?? { first: outcome, deviceIds: [], editedByHand: 0 };
  group.deviceIds.push(outcome.deviceId);
  if (outcome.isEditedByHand) group.editedByHand += 1;
  groups.set(outcome.key, group);
}

/** `considered`: those of all `devices` that the change could concern. */
export function countsOf(
  groups: readonly OutcomeGroup[],
  site: { readonly devices: number; readonly considered: number },
): PreviewCounts {
  const sum = (isMeant: (traits: Traits) => boolean): number =>
    groups.reduce((total, { first, deviceIds }) => total + (isMeant(traitsOf(first)) ? deviceIds.length : 0), 0);
  const [refused, changed] = [sum((traits) => traits.isRefused), sum((traits) => traits.isChanged)];
  const affected = groups.reduce((total, { deviceIds }) => total + deviceIds.length, 0);
  return {
    devices: site.devices,
    excluded: site.devices - site.considered,
    considered: site.considered,
    unaffected: site.considered - affected,
    matchOnly: affected - refused - changed,
    changed,
    refused,
    gainBase: sum((traits) => traits.gainsBase),
    gainLayer: sum((traits) => traits.gainsLayer),
    lose: sum((traits) => traits.loses),
    becomeUnmanaged: sum((traits) => traits.becomesUnmanaged),
  };
}

interface Traits {
  readonly isRefused: boolean;
  readonly isChanged: boolean;
  readonly gainsBase: boolean;
  readonly gainsLayer: boolean;
  readonly loses: boolean;
  readonly becomesUnmanaged: boolean;
}

function traitsOf({ before, after, refusal, automatic }: Outcome): Traits {
  const isRefused = refusal !== null;
  const gained = after.applied.filter((id) => !before.applied.includes(id) && id !== after.base);
  return {
    isRefused,
    isChanged: !isRefused && (Object.keys(automatic.after).length > 0 || !isSame(pickRun(before), pickRun(after))),
    gainsBase: !isRefused && before.base === null && after.base !== null,
    gainsLayer: !isRefused && gained.length > 0,
    loses: !isRefused && before.applied.some((id) => !after.applied.includes(id)),
    becomesUnmanaged: !isRefused && before.base !== null && after.base === null,
  };
}

function pickRun({ applied, modules }: EffectiveConfiguration): object {
  return { applied, modules };
}

function isSame(left: object, right: object): boolean {
  return jsonEquals(left as Json, right as Json);
}

export function previewGroup(group: OutcomeGroup, index: number): PreviewGroup {
  const { first, deviceIds, editedByHand } = group;
  const { before, after, notApplied, refusal, automatic } = first;
  const { modules, properties } = configurationDifference(
    { ...before.modules, ...automatic.before },
    { ...after.modules, ...automatic.after },
  );
  const listed = withinBudget(modules);
  const room = Math.max(0, mostValues - countValues(listed));
  const differing = countValues(modules) + properties.length;
  const shown = properties.slice(0, room);
  return {
    group: index,
    devices: deviceIds.length,
    before: setOf(before, notApplied.before),
    after: setOf(after, notApplied.after),
    refusal,
    editedByHand,
    modules: listed,
    properties: shown,
    valuesLeftOut: differing - countValues(listed) - shown.length,
    deviceIds: deviceIds.slice(0, largestPage),
  };
}

/** Every module is named; its values as long as there is room. */
function withinBudget(modules: readonly ModuleDifference[]): readonly ModuleDifference[] {
  let room = mostValues;
  return modules.map((module) => {
    const values = module.values.slice(0, room);
    room -= values.length;
    return { ...module, values };
  });
}

function countValues(modules: readonly ModuleDifference[]): number {
  return modules.reduce((total, { values }) => total + values.length, 0);
}

function setOf({ base, applied }: EffectiveConfiguration, notApplied: readonly NotApplied[]): PreviewSet {
  return { base, applied, notApplied };
}
