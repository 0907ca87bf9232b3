// A preview is what then happens: random sites, random changes; the preview first, then the change itself, compared device by
// device. And a preview leaves no trace.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DeviceId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import { usualDeploymentLimits } from '#domain/deployments/deployment-limits.ts';
import { notAppliedOf } from '#domain/layering/not-applied.ts';
import { foreseeFleet } from '#hub/preview/preview-fleet.ts';
import type { Outcome } from '#hub/preview/preview-outcome.ts';
import { createBreath } from '#hub/turns/preview-slices.ts';
import { createPreviewOperations } from '#hub/preview/preview.ts';
import { freshHubParts } from '#test/support/fresh-hub-parts.ts';
import { deviceId } from '#test/support/hub-parts.ts';
import {
  deviceIds,
  drawnChanges,
  drawnSite,
  makeChange,
  settleSite,
  withContent,
  withoutNonsense,
} from '#test/support/preview-game.ts';

const parts = freshHubParts();

function stateOf(name: DeviceId) {
  const { read } = parts.store;
  return {
    effective: read.revisions.latest(name)?.effective,
    automatic: read.revisions.latest(name)?.automatic ?? {},
    statuses: read.deployments.statuses(name),
    desired: sectionsOf(name),
  };
}

/** '' is the device's own. */
function sectionsOf(name: DeviceId): Readonly<Record<string, JsonObject>> {
  const { twins } = parts.store.read;
  const own = twins.get({ deviceId: name, moduleId: null })?.desired.value ?? {};
  return { '': own, ...Object.fromEntries(twins.desiredOf(name)) };
}

type State = ReturnType<typeof stateOf>;
const nothingEffective = { base: null, applied: [], notApplied: {}, modules: {}, origins: {} };

function expectAsForeseen(name: DeviceId, before: State, outcome: Outcome | undefined): void {
  const after = stateOf(name);
  const isEdited = outcome?.isEditedByHand ?? isEditedNow(before);
  if (outcome === undefined || outcome.refusal !== null) {
    expect(after.effective).toEqual(before.effective);
    if (outcome === undefined) expect(after.statuses).toEqual(before.statuses);
    // What a hand wrote is undone by any evaluation of the device, and none is promised here.
    if (!isEdited) expect(after.desired).toEqual(before.desired);
    if (!isEdited) expect(after.automatic).toEqual(before.automatic);
    expect(parts.controller.failureOf(name) !== undefined || outcome === undefined).toBe(true);
    return;
  }
  expect(parts.controller.failureOf(name)).toBeUndefined();
  expect(outcome.before).toEqual(before.effective ?? nothingEffective);
  expect(after.effective ?? nothingEffective).toEqual(outcome.after);
  expect(after.automatic).toEqual(outcome.difference?.revision?.automatic ?? before.automatic);
  expect(notAppliedOf(after.effective ?? nothingEffective, after.automatic)).toEqual(outcome.notApplied.after);
  expect(after.statuses).toEqual(outcome.difference?.statuses ?? before.statuses);
  const { missingModules = [], twins = [] } = outcome.difference ?? {};
  const added = missingModules.map((moduleId) => [moduleId, {}] as const);
  const written = twins.flatMap(({ moduleId, section }) =>
    section === null ? [] : [[moduleId ?? '', section] as const],
  );
  expect(after.desired).toEqual({ ...before.desired, ...Object.fromEntries([...added, ...written]) });
}

function isEditedNow({ desired }: State): boolean {
  return desired['m1']?.['hand'] === 1;
}

const careful = fc.constantFrom(true, true, true, true, false);

test('when a change is previewed and then made, every device ends as was foreseen, and the preview left no trace', async () => {
  const seen = { outcomes: 0, automatic: 0, refusals: 0, wrong: 0 };
  await fc.assert(
    fc.asyncProperty(drawnSite, drawnChanges, careful, async (wanted, drawn, isCareful) => {
      const changes = isCareful ? withoutNonsense(drawn, wanted) : drawn.map(withContent);
      await parts.renew();
      await settleSite(parts, wanted);
      const { store, controller, clock } = parts;
      const before = new Map(deviceIds.map((name) => [name, stateOf(deviceId(name))]));
      const asOf = store.read.journal.lastSeq();
      const outcomes = new Map<string, Outcome>();
      const snapshot = store.snapshot();
      const breathe = createBreath(clock, undefined);
      const asked = { read: snapshot.read, changes, clock, breathe, limits: usualDeploymentLimits };
      const result = await foreseeFleet(asked, (outcome) => {
        outcomes.set(outcome.deviceId, outcome);
      });
      snapshot.close();
      const answer = await createPreviewOperations({ store, clock }).preview(changes);
      expect(store.read.journal.lastSeq()).toBe(asOf);
      for (const [name, state] of before) expect(stateOf(deviceId(name))).toEqual(state);
      expect(answer.ok).toBe(result.ok);
      if (!answer.ok) {
        // A change that is wrong is refused when it is made, too.
        seen.wrong += 1;
        expect(() => store.change(() => changes.forEach((made) => makeChange(parts, made)))).toThrow();
      } else {
        changes.forEach((made) => makeChange(parts, made));
        await controller.settled();
        for (const [name, state] of before) expectAsForeseen(deviceId(name), state, outcomes.get(name));
        const { counts } = answer;
        expect(answer.asOf).toBe(asOf);
        expect(counts.considered).toBe(counts.unaffected + counts.matchOnly + counts.changed + counts.refused);
        expect(counts.devices).toBe(counts.considered + counts.excluded);
        expect(answer.groups.flatMap((group) => group.deviceIds).toSorted()).toEqual([...outcomes.keys()].toSorted());
        seen.outcomes += outcomes.size;
        seen.automatic += [...outcomes.values()].filter(
          ({ automatic }) => Object.keys(automatic.after).length > 0,
        ).length;
        seen.refusals += counts.refused;
      }
    }),
    { numRuns: 250, seed: 20261121 },
  );
  // The game reached what it is about.
  expect(seen.outcomes).toBeGreaterThan(150);
  expect(seen.automatic).toBeGreaterThan(15);
  expect(seen.refusals).toBeGreaterThan(10);
  expect(seen.wrong).toBeGreaterThan(5);
});
