// The demo site: simulated devices with tags, and the deployments of resources/demo. Seeding twice changes nothing.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { broken } from '#base/errors.ts';
import { isDeploymentId, isDeviceId, type DeploymentId, type DeviceId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import type { ModulesContent } from '#domain/records/deployment.ts';
import type { HubOperations, NewDeployment } from '#hub/hub-types.ts';
import type { StoreReaders } from '#store/store-types.ts';

interface DemoSite {
  readonly operations: Pick<HubOperations, 'registry' | 'twins' | 'deployments'>;
  readonly read: Pick<StoreReaders, 'devices' | 'deployments'>;
  /** Where the sample configurations lie, as the files `PUT /configurations` takes. */
  readonly samplesDir: string;
}

/** Creates what is missing of the demo; returns the ids of its devices. */
export function seedDemoSite({ operations, read, samplesDir }: DemoSite, deviceCount: number): readonly DeviceId[] {
  const deviceIds = Array.from({ length: deviceCount }, (_, index) => demoDeviceId(index));
  deviceIds.forEach((deviceId, index) => {
    if (read.devices.get(deviceId) !== undefined) return;
    operations.registry.createDevice({ deviceId, isEdge: true }, 'hub');
    operations.twins.patch({ deviceId, moduleId: null }, { tags: demoTags(index) }, undefined, 'hub');
  });
  for (const deployment of readSamples(samplesDir)) {
    if (read.deployments.get(deployment.id) === undefined) operations.deployments.create(deployment, 'hub');
  }
  return deviceIds;
}

function demoDeviceId(index: number): DeviceId {
  const deviceId = `${isGateway(index) ? 'gateway' : 'line'}-${String(index + 1).padStart(2, '0')}`;
  if (!isDeviceId(deviceId)) throw broken(`demo device id "${deviceId}"`);
  return deviceId;
}

// Every sixth device is a gateway; the first two lines are the canary ring.
const isGateway = (index: number): boolean => index % 6 === 5;

function demoTags(index: number): JsonObject {
  const place = { hall: index < 6 ? 'north' : 'south', position: (index % 6) + 1 };
  if (isGateway(index)) return { role: 'gateway', ring: 'broad', location: place };
  return {
    role: 'line',
    sensor: index % 2 === 0 ? 'temperature' : 'vibration',
    ring: index < 2 ? 'canary' : 'broad',
    location: place,
  };
}

interface SampleFile {
  readonly id: string;
  readonly priority: number;
  readonly targetCondition: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly schemaVersion: string;
  readonly content: { readonly modulesContent: ModulesContent };
}

function readSamples(samplesDir: string): readonly NewDeployment[] {
  return readdirSync(samplesDir)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(samplesDir, name), 'utf8')) as SampleFile)
    .map((sample) => ({
      ...sample,
      kind: 'edge',
      id: deploymentId(sample.id),
      content: sample.content.modulesContent,
      metricQueries: {},
    }));
}

function deploymentId(text: string): DeploymentId {
  if (!isDeploymentId(text)) throw broken(`sample deployment id "${text}"`);
  return text;
}
