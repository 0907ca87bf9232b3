// The Docker engine of the device, over its socket. Every call is bounded in time and fails in words; whose a container is
// stands in its labels, and a container of another device's agent counts as a stranger's.
import Docker from 'dockerode';
import type { JsonObject } from '#base/json.ts';
import { callEngine } from './docker-call.ts';
import { readLogs } from './docker-logs.ts';
import { deviceLabel, findImages, moduleLabel, observeContainers, specLabel } from './docker-observation.ts';
import { pullImage } from './docker-pull.ts';
import { watchContainers } from './docker-watch.ts';
import type { ContainerRequest, Engine } from './engine.ts';

const quickMs = 60_000;
// A module may take its time to stop; its own StopTimeout ends it, this only a daemon that does not answer.
const stopMs = 600_000;

export interface DockerEngineOptions {
  readonly socketPath: string;
  readonly deviceId: string;
}

export function createDockerEngine({ socketPath, deviceId }: DockerEngineOptions): Engine {
  // The path is explicit: without one, DOCKER_HOST would choose the engine.
  const docker = new Docker({ socketPath });

  return {
    describe: () =>
      callEngine('describe itself', async () => {
        const version = await docker.version();
        return { os: version.Os, architecture: version.Arch, version: version.Version };
      }),
    containers: () => callEngine('list containers', () => observeContainers(docker, deviceId)),
    presentImages: (images) => callEngine('look for images', () => findImages(docker, images)),
    pull: (request) => pullImage(docker, request),
    create: (request) =>
      callEngine(`create container '${request.name}'`, async () => {
        const body = creationBody(request, deviceId) as Docker.ContainerCreateOptions;
        await docker.createContainer({ ...body, abortSignal: AbortSignal.timeout(quickMs) });
      }),
    start: (id) =>
      callEngine(
        'start the container',
        async () => {
          await docker.getContainer(id).start({ abortSignal: AbortSignal.timeout(quickMs) });
        },
        [304],
      ),
    stop: (id) =>
      callEngine(
        'stop the container',
        async () => {
          await docker.getContainer(id).stop({ abortSignal: AbortSignal.timeout(stopMs) });
        },
        [304, 404],
      ),
    remove: (id) =>
      callEngine(
        'remove the container',
        async () => {
          await docker.getContainer(id).remove({ v: true, abortSignal: AbortSignal.timeout(quickMs) });
        },
        [404],
      ),
    rename: (id, name) =>
      callEngine(`rename a container to '${name}'`, async () => {
        await docker.getContainer(id).rename({ name, abortSignal: AbortSignal.timeout(quickMs) });
      }),
    logs: (id, query) => callEngine('read the logs', () => readLogs(docker, id, query)),
    watch: (onChange) => watchContainers(docker, { labels: [`${deviceLabel}=${deviceId}`], onChange }),
  };
}

function creationBody(request: ContainerRequest, deviceId: string): JsonObject {
  const given = (request.body['Labels'] ?? {}) as JsonObject;
  const labels = { [deviceLabel]: deviceId, [moduleLabel]: request.module, [specLabel]: request.specHash };
  return { ...request.body, Labels: { ...given, ...labels }, name: request.name };
}
