// One edge device, what is deployed to it a second apart, and the view of what it is given and why.
import { beforeEach } from 'vitest';
import { createEffectiveOperations, type EffectiveOperations } from '#hub/preview/effective-view.ts';
import type { NewDeployment } from '#hub/hub-types.ts';
import { runningHubParts } from './fresh-hub-parts.ts';
import { deviceId } from './hub-parts.ts';

/** Fresh for each test of a file. */
export function effectiveSite() {
  const parts = runningHubParts();
  let view: EffectiveOperations;
  beforeEach(async () => {
    view = createEffectiveOperations(parts.store.read);
    parts.registry.createDevice({ deviceId: deviceId('d1'), isEdge: true }, 'service');
    await parts.controller.settled();
  });
  const now = (limit = 200, after = 0) => view.effective({ deviceId: 'd1', revision: null, after, limit });
  const valueAt = (path: string, at = now()) => at.values.find((value) => value.path.join('.') === path);
  const deploy = async (...wanted: NewDeployment[]): Promise<void> => {
    for (const deployment of wanted) {
      parts.clock.advance(1000);
      parts.deployments.create(deployment, 'service');
      await parts.controller.settled();
    }
  };
  return {
    parts,
    get view() {
      return view;
    },
    now,
    valueAt,
    deploy,
  };
}
