// Automatic configurations as the console speaks of them: its own words for ids, and who did it.
import { refused } from '#base/errors.ts';
import { isDeploymentId, type DeploymentId } from '#base/ids.ts';
import type { ConsoleConfigurations } from '#contract/console-configurations.ts';
import type { DeploymentOperations } from '#hub/hub-types.ts';

export function createConsoleConfigurations(deployments: DeploymentOperations): ConsoleConfigurations {
  return {
    setOnRemoval({ id, onRemoval }) {
      const changed = deployments.setOnRemoval(idOf(id), onRemoval, 'console');
      return { id: changed.id, onRemoval: changed.onRemoval };
    },
    leftValues: () => deployments.leftValues(),
    removeLeftValues: ({ id }) => ({ devices: deployments.removeLeftValues(idOf(id), 'console') }),
  };
}

function idOf(text: string): DeploymentId {
  if (isDeploymentId(text)) return text;
  throw refused('deployment.unknown', `There is no deployment '${text}' on this hub.`, { subject: text });
}
