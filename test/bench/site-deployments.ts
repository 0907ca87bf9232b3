// The deployments of the benchmarks: a base for every device, and layers by tag.
import { aBase, aDeployment } from '#test/support/build-deployment.ts';
import type { EdgeDeployment } from '#domain/records/deployment.ts';

/** The module that the layer for `tags.bench = 'on'` adds. */
export const layerModule = 'probe';

export function siteDeployments(): readonly EdgeDeployment[] {
  const base = aBase({ targetCondition: '*' }, { gateway: 'site/gateway:1', logger: 'site/logger:1' });
  return [
    base,
    aDeployment({
      id: 'probe-layer',
      createdAtMs: 2,
      targetCondition: "tags.bench = 'on'",
      content: moduleContent(layerModule),
    }),
    aDeployment({
      id: 'hall-layer',
      createdAtMs: 3,
      targetCondition: "tags.hall = 'north'",
      content: moduleContent('north'),
    }),
    aDeployment({
      id: 'canary-layer',
      createdAtMs: 4,
      priority: 30,
      targetCondition: "tags.ring = 'canary' AND NOT tags.hall = 'south'",
      content: moduleContent('canary'),
    }),
  ];
}

/** A layer that runs one module. */
export function moduleContent(name: string): EdgeDeployment['content'] {
  const module = { type: 'docker', status: 'running', restartPolicy: 'always', settings: { image: `site/${name}:1` } };
  return { $edgeAgent: { [`properties.desired.modules.${name}`]: module } };
}

export function tagsOf(index: number): Readonly<Record<string, string>> {
  return { hall: index % 2 === 0 ? 'north' : 'south', ring: index % 20 === 0 ? 'canary' : 'broad' };
}
