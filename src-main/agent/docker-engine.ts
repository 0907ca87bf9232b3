// The Docker engine of the device, over its socket. Every call is bounded in time and fails in words; whose a container is
// stands in its labels, and a container of another device's agent counts as a stranger's.
import Docker from 'dockerode';
import type { JsonObject } from '#base/json.ts';
import { unready } from '#base/errors.ts';
import { callEngine, type EngineCall } from './docker-call.ts';
import { createDockerExec } from './docker-exec.ts';
import { readLogs } from './docker-logs.ts';
import { createDockerMachine } from './docker-machine.ts';
import {
  deviceLabel,
  findImages,
  findWanted,
  imageLabel,
  moduleLabel,
  observeContainers,
  specLabel,
} from './docker-observation.ts';
import { pullImage } from './docker-pull.ts';
import { watchContainers } from './docker-watch.ts';
import type { ContainerRequest, Engine } from './engine.ts';
import { keptNameOf } from './image-reference.ts';

const quickMs = 60_000;
// A module may take its time to stop; its own StopTimeout ends it, this only a daemon that does not answer.
const stopMs = 600_000;

export interface DockerEngineOptions {
  readonly socketPath: string;
  readonly deviceId: string;
  /** How long a call may take that only asks or notes something; 60 s when not given. */
  readonly limitMs?: number;
}

export function createDockerEngine({ socketPath, deviceId, limitMs = quickMs }: DockerEngineOptions): Engine {
  // The path is explicit: without one, DOCKER_HOST would choose the engine.
  const docker = new Docker({ socketPath });
  const ask = <T>(what: string, call: EngineCall<T>['call']): Promise<T> => callEngine({ what, limitMs, call });

  return {
    exec: createDockerExec(docker),
    machine: createDockerMachine(docker, { deviceId, limitMs }),
    describe: () =>
      ask('describe itself', async () => {
        const version = await docker.version();
        return { os: version.Os, architecture: version.Arch, version: version.Version };
      }),
    containers: () => ask('list containers', (abortSignal) => observeContainers(docker, { deviceId, abortSignal })),
    presentImages: (images) => ask('look for images', () => findImages(docker, images)),
    pull: (request) => pullImage(docker, request),
    async removeImage(image) {
      for (const name of [image, keptNameOf(image)].filter((name) => name !== null)) {
        const call = (abortSignal: AbortSignal): Promise<void> => docker.getImage(name).remove({ abortSignal });
        await callEngine({ what: `remove image '${image}'`, limitMs, fine: [404], call });
      }
      // A name by digest may go on leading to it.
      const left = await ask('look for images', () => findImages(docker, [image]));
      if (left.size > 0) throw unready('agent.image', `Image '${image}' is still there: something else names it.`);
    },
    create: (request) =>
      ask(`create container '${request.name}'`, async (abortSignal) => {
        const body = await creationBody(docker, request, deviceId);
        await docker.createContainer({ ...body, abortSignal });
      }),
    start: (id) =>
      callEngine({
        what: 'start the container',
        limitMs,
        fine: [304],
        call: (abortSignal) => docker.getContainer(id).start({ abortSignal }) as Promise<void>,
      }),
    stop: (id) =>
      callEngine({
        what: 'stop the container',
        limitMs: stopMs,
        fine: [304, 404],
        call: (abortSignal) => docker.getContainer(id).stop({ abortSignal }) as Promise<void>,
      }),
    remove: (id) =>
      callEngine({
        what: 'remove the container',
        limitMs,
        fine: [404],
        call: (abortSignal) => docker.getContainer(id).remove({ v: true, abortSignal }) as Promise<void>,
      }),
    rename: (id, name) =>
      ask(`rename a container to '${name}'`, async (abortSignal) => {
        await docker.getContainer(id).rename({ name, abortSignal });
      }),
    logs: (id, query) => ask('read the logs', (abortSignal) => readLogs(docker, id, { ...query, abortSignal })),
    watch: (onChange) => watchContainers(docker, { labels: [`${deviceLabel}=${deviceId}`], onChange }),
  };
}

async function creationBody(
  docker: Docker,
  { body: given, name, module, specHash }: ContainerRequest,
  deviceId: string,
): Promise<Docker.ContainerCreateOptions> {
  const { Image: image = '', Labels: givenLabels = {}, ...body } = given;
  // Where it is not there the engine says so itself.
  const known = typeof image === 'string' ? ((await findWanted(docker, image))?.name ?? image) : image;
  const labels = { [deviceLabel]: deviceId, [moduleLabel]: module, [specLabel]: specHash };
  const named = known === image ? {} : { [imageLabel]: image };
  const Labels: JsonObject = { ...(givenLabels as JsonObject), ...labels, ...named };
  return { ...body, Image: known, Labels, name } as Docker.ContainerCreateOptions;
}
