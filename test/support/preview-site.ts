// A site to preview changes of: a fleet of so many devices, what was deployed to it, and previews as a person asks for them.
import { beforeEach } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import type { PreviewAnswer } from '#contract/preview-view.ts';
import type { PreviewChange } from '#domain/layering/preview-change.ts';
import type { NewEdgeDeployment } from '#hub/hub-types.ts';
import { createPreviewOperations, type PreviewOperations } from '#hub/preview/preview.ts';
import { runningHubParts } from './fresh-hub-parts.ts';
import { deviceId, deviceIdentity } from './hub-parts.ts';

/** Fresh for each test of a file. */
export function previewSite() {
  const parts = runningHubParts();
  let previews: PreviewOperations;
  beforeEach(() => {
    previews = createPreviewOperations(parts);
  });
  const addDevices = (count: number, tags: object = {}, prefix = 'd'): void => {
    for (let at = 0; at < count; at += 1) {
      const id = `${prefix}${String(at).padStart(3, '0')}`;
      parts.registry.createDevice({ deviceId: deviceId(id), isEdge: true }, 'service');
      parts.twins.patch(deviceIdentity(id), { tags: { ...tags } }, '*', 'service');
    }
  };
  const deploy = async (...wanted: NewEdgeDeployment[]): Promise<void> => {
    for (const deployment of wanted) parts.deployments.create(deployment, 'service');
    await parts.controller.settled();
  };
  const preview = async (...changes: PreviewChange[]): Promise<Extract<PreviewAnswer, { ok: true }>> => {
    const answer = await previews.preview(changes);
    if (!answer.ok) throw new Error(JSON.stringify(answer.problems));
    return answer;
  };
  return {
    parts,
    get previews() {
      return previews;
    },
    addDevices,
    deploy,
    preview,
  };
}

export function creation({ id, priority, targetCondition, content }: NewEdgeDeployment): PreviewChange {
  return { kind: 'create', id, priority, targetCondition, content };
}

/** Five of them fit into a twin, ten do not. */
export const large = (prefix: string): JsonObject =>
  Object.fromEntries(
    Array.from({ length: 5 }, (_, at) => [`properties.desired.${prefix}${at}`, 'x'.repeat(4000)] as const),
  );
