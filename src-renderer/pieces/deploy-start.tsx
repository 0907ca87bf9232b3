// What a deployment for chosen devices begins with: one of the templates, or the content of a deployment that is there.
import { NativeSelect } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useProjection } from '#renderer/link/projection-store.ts';
import { deploymentForPath, type DeploymentStart } from '#renderer/words/paths.ts';
import { safeText } from '#renderer/words/safe-text.ts';

/** The editor's own (deployments/deployment-templates.ts), by their keys. */
export const startTemplates = [
  { key: 'base', title: 'A base with one module' },
  { key: 'layer', title: 'A layer that sets a variable' },
  { key: 'device', title: 'An automatic device configuration' },
] as const;

interface StartChoice {
  /** As the field holds it: `template base`, `from site-base`. */
  readonly chosen: string;
  readonly choose: (chosen: string) => void;
  /** The editor with the condition, and what was chosen. */
  readonly pathFor: (condition: string) => string;
}

/** A base where some of the devices have none yet, else a layer on top of what they have. */
export function useDeployStart(deviceIds: readonly string[]): StartChoice {
  const devices = useProjection((state) => state.devices);
  const deployments = useProjection((state) => state.deployments);
  const usual = useMemo(() => {
    const hasBase = (id: string) =>
      devices.get(id)?.row.applied.some((applied) => deployments.get(applied)?.row.type === 'base') === true;
    return deviceIds.every(hasBase) ? 'template layer' : 'template base';
  }, [deviceIds, devices, deployments]);
  const [picked, setPicked] = useState<string | null>(null);
  const chosen = picked ?? usual;
  return { chosen, choose: setPicked, pathFor: (condition) => deploymentForPath(condition, startOf(chosen)) };
}

function startOf(chosen: string): DeploymentStart {
  const [kind = '', ...name] = chosen.split(' ');
  return kind === 'from' ? { from: name.join(' ') } : { template: name.join(' ') };
}

export function DeployStart({ chosen, choose }: StartChoice) {
  const deployments = useProjection((state) => state.deployments);
  const ids = useMemo(() => [...deployments.keys()].toSorted(), [deployments]);
  return (
    <NativeSelect
      label="Begin with"
      description="All of it can be changed in the editor before anything is sent."
      size="md"
      mt={14}
      value={chosen}
      onChange={(event) => choose(event.currentTarget.value)}
      data={[
        {
          group: 'A template',
          items: startTemplates.map(({ key, title }) => ({ value: `template ${key}`, label: title })),
        },
        ...(ids.length === 0
          ? []
          : [
              {
                group: 'A copy of a deployment that is there',
                items: ids.map((id) => ({ value: `from ${id}`, label: safeText(id) })),
              },
            ]),
      ]}
    />
  );
}
