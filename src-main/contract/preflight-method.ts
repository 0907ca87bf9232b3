// The direct method `Preflight` of Lanyard's `$edgeAgent`: what it would get, and what the device has and lacks of it. Both sides
// are strangers to each other: sizes are bounded, and what is not of this shape is not understood.
import { z } from 'zod';
import type { ImageSight, PreflightSight } from '#domain/rollouts/preflight.ts';
import type { PreflightRequest } from '#domain/rollouts/preflight-request.ts';

export const preflightMethod = 'Preflight';
/** A device looks this long at most; the hub waits a little longer. */
export const preflightLookMs = 14_000;

const mostModules = 1000;
const name = z.string().min(1).max(128);
// Becomes part of a path of the engine's API: no segment begins with a dot.
const image = z
  .string()
  .max(512)
  .regex(/^[A-Za-z0-9][\w.-]*(?::\d+(?=\/))?(?:\/\w[\w.-]*)*(?::\w[\w.-]*)?(?:@\w+:[0-9a-fA-F]+)?$/, 'is no image');
const port = z.object({
  port: z.int().min(1).max(65_535),
  protocol: z.enum(['tcp', 'udp']),
  address: z.string().max(64).default(''),
});
const secret = z.string().max(16_384);

export const preflightRequest = z.object({
  modules: z
    .array(
      z.object({
        name,
        image,
        pullPolicy: z.enum(['on-create', 'never']).default('on-create'),
        strategy: z.string().max(64).default(''),
        hostPorts: z.array(port).max(64).default([]),
      }),
    )
    .max(mostModules),
  registryCredentials: z
    .array(z.object({ address: z.string().max(512), username: secret, password: secret }))
    .max(100)
    .default([]),
}) satisfies z.ZodType<PreflightRequest>;

// What it was not asked of is passed over.
const seenImage = z.string().max(512);
const platforms = z.array(z.string().max(64)).max(64);
const bytes = z.number().min(0);
const sight: z.ZodType<ImageSight> = z.discriminatedUnion('state', [
  z.object({ image: seenImage, state: z.literal('present'), platforms }),
  z.object({ image: seenImage, state: z.literal('offered'), platforms, sizeBytes: bytes.nullable() }),
  z.object({ image: seenImage, state: z.literal('unobtainable'), reason: z.string().max(2048) }),
  z.object({ image: seenImage, state: z.literal('absent') }),
]);

export const preflightSight: z.ZodType<PreflightSight> = z.object({
  platform: z.string().max(64).nullable(),
  freeBytes: bytes.nullable(),
  images: z.array(sight).max(mostModules),
  takenPorts: z.array(port.extend({ container: z.string().max(256).nullable() })).max(mostModules),
  arePortsSeen: z.boolean().default(true),
});
