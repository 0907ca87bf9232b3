// What a Docker engine has: containers as the planner sees them, and which images are there.
import type Docker from 'dockerode';
import type { ContainerHealth, ContainerState, ObservedContainer } from '#domain/updates/agent-state.ts';
import { isMissing, statusOf } from './docker-call.ts';
import { keptNameOf } from './image-reference.ts';

export const deviceLabel = 'io.lanyard.device';
export const moduleLabel = 'io.lanyard.module';
export const specLabel = 'io.lanyard.spec';
/** What the deployment calls the image, where the container was made from it under another name. */
export const imageLabel = 'io.lanyard.image';

/** Our own are looked at one by one (health, exit code, times); of strangers only the name matters. */
export async function observeContainers(
  docker: Docker,
  { deviceId, abortSignal }: { readonly deviceId: string; readonly abortSignal: AbortSignal },
): Promise<ObservedContainer[]> {
  const list = await docker.listContainers({ all: true, abortSignal });
  const looks = list.map((entry) =>
    entry.Labels[deviceLabel] === deviceId
      ? observeOwn(docker, entry.Id, abortSignal)
      : Promise.resolve(stranger(entry)),
  );
  return (await Promise.all(looks)).filter((container) => container !== null);
}

/** Each image that is there, with the platform it is made for; null where it does not say. */
export async function findImages(
  docker: Docker,
  images: readonly string[],
): Promise<ReadonlyMap<string, string | null>> {
  const looks = images.map(async (image) => ({ image, found: (await findWanted(docker, image))?.found ?? null }));
  const present = (await Promise.all(looks)).filter(({ found }) => found !== null);
  return new Map(present.map(({ image, found }) => [image, platformOf(found)]));
}

async function observeOwn(docker: Docker, id: string, abortSignal: AbortSignal): Promise<ObservedContainer | null> {
  try {
    return observed(await docker.getContainer(id).inspect({ abortSignal }));
  } catch (error) {
    // It went between the list and the look: that is news, not an error.
    if (isMissing(error)) return null;
    throw error;
  }
}

export interface WantedImage {
  /** By which the engine knows it: its own, or the one that keeps it. */
  readonly name: string;
  readonly found: Docker.ImageInspectInfo;
}

/** By the name that a deployment gives it. */
export async function findWanted(docker: Docker, image: string): Promise<WantedImage | null> {
  const own = await findImage(docker, image);
  if (own !== null) return { name: image, found: own };
  const name = keptNameOf(image);
  const found = name === null ? null : await findImage(docker, name);
  return name === null || found === null ? null : { name, found };
}

export async function findImage(docker: Docker, image: string): Promise<Docker.ImageInspectInfo | null> {
  try {
    return await docker.getImage(image).inspect();
  } catch (error) {
    // Docker says "not there" with an error; 400 is a name that no image can have, which the pull will explain.
    if (isMissing(error) || statusOf(error) === 400) return null;
    throw error;
  }
}

function platformOf(found: Docker.ImageInspectInfo | null): string | null {
  return found?.Os && found.Architecture ? `${found.Os}/${found.Architecture}` : null;
}

function observed(details: Docker.ContainerInspectInfo): ObservedContainer {
  const labels = details.Config.Labels;
  return {
    id: details.Id,
    name: details.Name.replace(/^\//, ''),
    module: labels[moduleLabel] ?? null,
    specHash: labels[specLabel] ?? null,
    image: labels[imageLabel] ?? details.Config.Image,
    imageId: details.Image,
    state: details.State.Status as ContainerState,
    health: healthOf(details.State.Health?.Status),
    healthOutput: lastOutputOf(details.State.Health),
    exitCode: details.State.ExitCode,
    startedAtMs: instant(details.State.StartedAt),
    finishedAtMs: instant(details.State.FinishedAt),
  };
}

/** Only its name matters: it is taken. */
function stranger(entry: Docker.ContainerInfo): ObservedContainer {
  return {
    id: entry.Id,
    name: (entry.Names[0] ?? '').replace(/^\//, ''),
    module: null,
    specHash: null,
    image: entry.Image,
    imageId: entry.ImageID,
    state: entry.State as ContainerState,
    health: 'none',
    exitCode: 0,
    startedAtMs: 0,
    finishedAtMs: 0,
  };
}

function healthOf(status: string | undefined): ContainerHealth {
  return status === 'starting' || status === 'healthy' || status === 'unhealthy' ? status : 'none';
}

/** Before the first check some engines have no list. */
function lastOutputOf(health: { readonly Log: readonly { readonly Output: string }[] | null } | undefined): string {
  return health?.Log?.at(-1)?.Output ?? '';
}

/** Docker writes the year 1 for never. */
function instant(text: string): number {
  const ms = Date.parse(text);
  return Number.isFinite(ms) && ms > 0 ? ms : 0;
}
