// What is looked at before a device may start, each answer a sentence. One seam: what the hub itself knows is answered here; what
// only the device knows (disk, ports) is asked of its agent where that can be asked, and is no obstacle where it cannot.
import type { DeviceId, ModuleId } from '#base/ids.ts';
import { isJsonObject } from '#base/json.ts';
import { deploymentType } from '#domain/deployment-content.ts';
import type { EdgeDeployment } from '#domain/deployment.ts';
import { childOf, textAt } from '#domain/module-standing.ts';
import type { PreflightAnswer } from '#domain/rollout-event.ts';
import type { StoreReaders } from '#store/store-types.ts';
import { isAwake } from './rollout-targets.ts';

const agentId = '$edgeAgent' as ModuleId;

export interface Preflight {
  /** Devices whose turn it is. It may take as long as it needs: nobody starts meanwhile. */
  ask(deployment: EdgeDeployment, deviceId: DeviceId): Promise<PreflightAnswer>;
}

export function createPreflight(read: StoreReaders): Preflight {
  return { ask: (deployment, deviceId) => Promise.resolve(answerOf(read, deployment, deviceId)) };
}

function answerOf(read: StoreReaders, deployment: EdgeDeployment, deviceId: DeviceId): PreflightAnswer {
  const device = read.devices.get(deviceId);
  if (device?.isEdge !== true)
    return {
      kind: 'never',
      reason: 'It is no edge device, so it runs no modules: set its capability iotEdge to true.',
    };
  const misfit = foreignImage(read, deployment, deviceId);
  if (misfit !== null) return { kind: 'never', reason: misfit };
  const obstacles = [
    ...(isAwake(read, deviceId) ? [] : ['It is not connected: switch it on.']),
    ...(device.status === 'enabled' ? [] : ['It is disabled, so it cannot connect: enable it.']),
    ...(hasBase(read, deployment, deviceId)
      ? []
      : ['No base deployment applies to it, and a layer alone changes nothing: deploy a base to it first.']),
  ];
  return obstacles.length === 0 ? { kind: 'go' } : { kind: 'wait', obstacles };
}

function hasBase(read: StoreReaders, { content }: EdgeDeployment, deviceId: DeviceId): boolean {
  return deploymentType(content) === 'base' || (read.revisions.latest(deviceId)?.effective.base ?? null) !== null;
}

// What IoT Edge's own images are named by; an image that names none is taken to fit.
const namedArchitecture = /[-.](amd64|arm32v7|arm64v8|arm64)$/;
const sameArchitecture: Readonly<Record<string, readonly string[]>> = {
  amd64: ['amd64', 'x86_64'],
  arm64: ['arm64', 'arm64v8', 'aarch64'],
  arm64v8: ['arm64', 'arm64v8', 'aarch64'],
  arm32v7: ['arm', 'arm32v7', 'armv7', 'armv7l', 'armhf'],
};

function foreignImage(read: StoreReaders, { content }: EdgeDeployment, deviceId: DeviceId): string | null {
  const reported = read.twins.reported({ deviceId, moduleId: agentId })?.value;
  const architecture = textAt(childOf(childOf(reported, 'runtime'), 'platform'), 'architecture');
  if (architecture === null) return null;
  for (const [name, image] of imagesIn(content)) {
    const wanted = namedArchitecture.exec(image)?.[1];
    if (wanted === undefined || sameArchitecture[wanted]?.includes(architecture.toLowerCase()) !== false) continue;
    return `Image '${image}' of module '${name}' is for ${wanted}, and the device is ${architecture}: deploy one for it.`;
  }
  return null;
}

/** Module → image, of a base and of the modules a layer writes whole. */
function imagesIn(content: EdgeDeployment['content']): readonly (readonly [string, string])[] {
  return Object.entries(content['$edgeAgent'] ?? {}).flatMap(([key, value]) => {
    if (!isJsonObject(value)) return [];
    const [, name] = /^properties\.desired\.modules\.([^.]+)$/.exec(key) ?? [];
    const modules = name === undefined ? childOf(value, 'modules') : { [name]: value };
    return Object.entries(modules).flatMap(([module, spec]) => {
      const image = textAt(childOf(spec, 'settings'), 'image');
      return image === null ? [] : [[module, image] as const];
    });
  });
}
