// The queries that IoT Hub writes into a deployment as its metrics: asked as they stand, they count what the hub counts itself.
import { describe, expect, it } from 'vitest';
import { createQueryOperations } from '#hub/operations/query-operations.ts';
import {
  aBase,
  aLayer,
  createHubParts,
  deploymentId,
  deviceId,
  deviceIdentity,
  moduleIdentity,
} from '#test/support/hub-parts.ts';

describe('the metrics IoT Hub writes for a deployment', () => {
  const agents =
    "select deviceId from devices.modules where moduleId = '$edgeAgent' and configurations.[[base]].status = 'Applied'";
  const answered = `${agents} and properties.desired.$version = properties.reported.lastDesiredVersion`;

  it('when they are asked as they stand, they count what the hub itself counts', async () => {
    const parts = createHubParts();
    const codes = [200, 200, 400, 406, null, 200];
    for (const index of codes.keys()) {
      parts.registry.createDevice({ deviceId: deviceId(`edge-${index}`), isEdge: true }, 'service');
      parts.twins.patch(deviceIdentity(`edge-${index}`), { tags: { in: index < 5 } }, '*', 'service');
    }
    parts.deployments.create(aBase('base', { targetCondition: 'tags.in = true' }), 'service');
    parts.deployments.create(aLayer('layer', 'm', { targetCondition: "deviceId = 'edge-0'" }), 'service');
    parts.controller.start();
    await parts.controller.settled();
    for (const [index, code] of codes.entries()) {
      if (code === null) continue;
      const agent = moduleIdentity(`edge-${index}`, '$edgeAgent');
      const { version } = parts.twins.get(agent).desired;
      const lastDesiredVersion = index === 1 ? version - 1 : version;
      await parts.twins.report(agent, { lastDesiredVersion, lastDesiredStatus: { code } });
    }
    const queries = createQueryOperations(parts);
    const counts = {
      targetedCount: await queries.count('SELECT * FROM devices WHERE tags.in = true'),
      appliedCount: await queries.count(agents),
      reportedSuccessfulCount: await queries.count(`${answered} and properties.reported.lastDesiredStatus.code = 200`),
      reportedFailedCount: await queries.count(`${answered} and properties.reported.lastDesiredStatus.code != 200`),
    };
    expect(counts).toEqual({ targetedCount: 5, appliedCount: 5, reportedSuccessfulCount: 1, reportedFailedCount: 2 });
    expect(parts.deployments.counts(deploymentId('base'))).toEqual(counts);
    await parts.controller.stop();
  });
});
