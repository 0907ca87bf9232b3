// The machine as a Docker engine tells of it.
import type Docker from 'dockerode';
import { z } from 'zod';
import { platformText } from '#domain/manifests/platform.ts';
import { callEngine, reasonOf } from './docker-call.ts';
import { deviceLabel } from './docker-observation.ts';
import type { ImageOffer, Machine, OfferRequest, PublishedPort } from './machine.ts';

const distribution = z.object({
  Platforms: z
    .array(z.object({ os: z.string().default(''), architecture: z.string().default('') }))
    .nullable()
    .default([]),
});

export function createDockerMachine(
  docker: Docker,
  { deviceId, limitMs }: { readonly deviceId: string; readonly limitMs: number },
): Machine {
  return {
    dataRoot: () =>
      callEngine({
        what: 'say where it keeps images',
        limitMs,
        call: async () => ((await docker.info()) as { DockerRootDir?: string }).DockerRootDir ?? null,
      }),
    publishedPorts: () =>
      callEngine({
        what: 'list ports',
        limitMs,
        call: async (abortSignal) =>
          (await docker.listContainers({ abortSignal })).flatMap((container) => portsOf(container, deviceId)),
      }),
    offerOf: (request) => offerOf(docker, request),
  };
}

function portsOf({ Ports, Names, Labels }: Docker.ContainerInfo, deviceId: string): readonly PublishedPort[] {
  const container = (Names[0] ?? '').replace(/^\//, '');
  const isOwn = Labels[deviceLabel] === deviceId;
  // A port that leads nowhere has neither address nor number.
  return (Ports as readonly Partial<Docker.Port>[]).flatMap(({ PublicPort: port, Type: protocol, IP: address = '' }) =>
    port !== undefined && port > 0 && (protocol === 'tcp' || protocol === 'udp')
      ? [{ port, protocol, address, container, isOwn } as const]
      : [],
  );
}

async function offerOf(docker: Docker, { image, credential, limitMs }: OfferRequest): Promise<ImageOffer> {
  const limit = AbortSignal.timeout(limitMs);
  try {
    const authconfig = credential === null ? undefined : { ...credential, serveraddress: credential.address };
    const { Platforms } = distribution.parse(await askRegistry(docker, image, { authconfig, abortSignal: limit }));
    const platforms = (Platforms ?? [])
      // Attestations stand in the list beside the images, for a platform "unknown".
      .filter(({ os }) => os !== 'unknown')
      .flatMap(({ os, architecture }) => platformText(os, architecture) ?? []);
    // The size that Docker tells is of the manifest, not of the image.
    return { isOffered: true, platforms: [...new Set(platforms)], sizeBytes: null };
  } catch (error) {
    // Why there is none is the answer.
    const reason = limit.aborted ? `the registry did not answer within ${limitMs / 1000} seconds.` : reasonOf(error);
    return { isOffered: false, reason };
  }
}

/** dockerode's own `distribution` cannot be ended, and an engine waits for minutes for a registry that is not there. */
function askRegistry(
  docker: Docker,
  image: string,
  options: { readonly authconfig: object | undefined; readonly abortSignal: AbortSignal },
): Promise<unknown> {
  const statusCodes = { 200: true, 401: 'not allowed', 403: 'not allowed', 404: 'no such image', 500: 'server error' };
  const request = { path: `/distribution/${image}/json`, method: 'GET', statusCodes, ...options };
  const modem = docker.modem as {
    dial(request: object, callback: (error: Error | null, answer?: unknown) => void): void;
  };
  return new Promise((resolve, reject) => {
    modem.dial(request, (error, answer) => (error === null ? resolve(answer) : reject(error)));
  });
}
