// What devices of a fleet share of the row of their revision must be what each would have been told by itself.
import { describe, expect, it } from 'vitest';
import type { DeploymentId, ModuleId } from '#base/ids.ts';
import type { DesiredChange } from '#domain/journal/desired-change.ts';
import type { EffectiveConfiguration } from '#domain/layering/effective-configuration.ts';
import { createRevisionTeller, tellRevision } from '#hub/evaluation/revision-telling.ts';

const change: DesiredChange = { moduleId: '$edgeAgent' as ModuleId, patch: { a: 1 }, version: 2 };
const effective: EffectiveConfiguration = {
  base: 'base' as DeploymentId,
  applied: ['base' as DeploymentId],
  notApplied: {},
  modules: {},
  origins: {},
};
const given = { revision: 3, effective, automatic: {}, takesOver: false, desired: [change] };

describe('the row of a revision', () => {
  it('when two devices get the same, they share one detail, and it is what each had been told alone', () => {
    const tell = createRevisionTeller();
    const first = tell(given);
    expect(tell({ ...given, desired: [change] })).toBe(first);
    expect(first).toEqual({ revision: 3, base: 'base', applied: ['base'], notApplied: {}, desired: [change] });
    expect(Object.isFrozen(first)).toBe(true);
  });

  it.each([
    ['has another number', { ...given, revision: 4 }],
    ['has another configuration', { ...given, effective: { ...effective, base: null } }],
    ['has other automatic configurations', { ...given, automatic: { '': { writes: [], left: [] } } }],
    ['takes over from a person', { ...given, takesOver: true }],
    ['changes another section', { ...given, desired: [{ ...change, version: 3 }] }],
    ['changes one section more', { ...given, desired: [change, change] }],
    ['changes no section', { ...given, desired: [] }],
  ])('when the second %s, it gets its own', (_, second) => {
    const tell = createRevisionTeller();
    tell(given);
    expect(tell(second)).toEqual(tellRevision(second));
  });
});
