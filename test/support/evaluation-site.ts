// Devices under a controller that evaluates them, and what their agents are told to run.
import { isJsonObject } from '#base/json.ts';
import { freshHubParts } from './fresh-hub-parts.ts';
import { deviceId, moduleIdentity, type HubParts } from './hub-parts.ts';

/** Fresh for each test of a file; nothing runs before `start`. */
export function evaluationSite() {
  const parts = freshHubParts();
  const start = async ({ devices = ['d1'] } = {}): Promise<HubParts> => {
    for (const id of devices) parts.registry.createDevice({ deviceId: deviceId(id), isEdge: true }, 'service');
    parts.controller.start();
    await parts.controller.settled();
    return parts;
  };
  const agentDesired = (id = 'd1') => parts.twins.get(moduleIdentity(id, '$edgeAgent')).desired.value;
  const agentModules = (id = 'd1'): readonly string[] => {
    const modules = agentDesired(id)['modules'];
    return isJsonObject(modules) ? Object.keys(modules).toSorted() : [];
  };
  return { parts, start, agentDesired, agentModules };
}
