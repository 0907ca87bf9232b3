// What the deployments of the site need: their contents, the platforms of the devices they apply to, and the credentials they hold.
import type { DeploymentId } from '#base/ids.ts';
import { imagesOfContent } from '#domain/deployments/deployment-images.ts';
import { platformText } from '#domain/manifests/platform.ts';
import type { RegistryCredential } from '#domain/manifests/registry-credential.ts';
import type { ReportedPlatform } from '#store/image-listing-types.ts';
import type { Store } from '#store/store-types.ts';
import type { NeedyDeployment } from './fetch-many.ts';
import { createTurns } from './turns.ts';

export interface SiteNeeds {
  /** Those of deployments that are gone are left out; null: all. In the order in which they were made. */
  of(deploymentIds: readonly string[] | null): Promise<readonly NeedyDeployment[]>;
  /** Of the devices of all deployments; null: none has told its own. */
  platforms(): Promise<readonly string[] | null>;
  credentials(): Promise<readonly RegistryCredential[]>;
}

/** What an agent may call its platform: it becomes part of sentences, and of what a registry is asked. */
const platformWord = /^[a-z0-9][\w.-]{0,31}$/i;

export function createSiteNeeds(read: Store['read']): SiteNeeds {
  async function of(deploymentIds: readonly string[] | null): Promise<readonly NeedyDeployment[]> {
    const wanted = deploymentIds === null ? null : new Set(deploymentIds);
    const turns = createTurns();
    const needy: NeedyDeployment[] = [];
    for (const id of read.deployments.ids()) {
      if (wanted?.has(id) === false) continue;
      await turns.next();
      const deployment = read.deployments.get(id);
      if (deployment?.kind !== 'edge' || imagesOfContent(deployment.content).images.length === 0) continue;
      needy.push({ id, content: deployment.content, devices: devicesOf(read, id) });
    }
    return needy;
  }

  return {
    of,
    async platforms() {
      const all = (await of(null)).flatMap(({ devices }) => devices.flatMap(({ platform }) => platform ?? []));
      return all.length === 0 ? null : [...new Set(all)].sort();
    },
    async credentials() {
      return (await of(null)).flatMap(({ content }) => imagesOfContent(content).credentials);
    },
  };
}

function devicesOf(read: Store['read'], id: DeploymentId): NeedyDeployment['devices'] {
  const counts = new Map<string | null, number>();
  for (const reported of read.images.platformsGiven(id)) {
    const platform = platformIn(reported);
    counts.set(platform, (counts.get(platform) ?? 0) + reported.devices);
  }
  return [...counts].map(([platform, count]) => ({ platform, count }));
}

function platformIn({ os, architecture }: ReportedPlatform): string | null {
  if (os === null || architecture === null) return null;
  return platformWord.test(os) && platformWord.test(architecture) ? platformText(os, architecture) : null;
}
