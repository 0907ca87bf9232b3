// The order of deployments, whatever their kind.
import { describe, expect, it } from 'vitest';
import { compareRank, isEdgeDeployment } from '#domain/records/deployment.ts';
import { aConfiguration, aDeployment } from '#test/support/build-deployment.ts';

describe('compareRank', () => {
  it('when they differ, priority comes before age, and age before the id', () => {
    const ranked = [
      aConfiguration({ id: 'b', priority: 1, createdAtMs: 1 }),
      aDeployment({ id: 'c', priority: 1, createdAtMs: 1 }),
      aConfiguration({ id: 'a', priority: 1, createdAtMs: 2 }),
      aDeployment({ id: 'z', priority: 2, createdAtMs: 0 }),
    ];
    expect(ranked.toReversed().toSorted(compareRank)).toEqual(ranked);
    expect(ranked.toSorted(compareRank)).toEqual(ranked);
  });
});

it('when it holds modules it is a deployment of edge devices, and of none when it holds settings', () => {
  expect(isEdgeDeployment(aDeployment())).toBe(true);
  expect(isEdgeDeployment(aConfiguration())).toBe(false);
});
