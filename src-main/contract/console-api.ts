// The console's API: pages of rows to start from, and one subscription of numbered changes to stay live.
// Only shapes and input checks live here; the hub brings what answers. The page imports the router's type alone.
import { initTRPC } from '@trpc/server';
import { z } from 'zod';
import { AppError } from '#base/errors.ts';
import {
  type ConsoleEvent,
  type DeploymentPage,
  type DeviceDetail,
  type DevicePage,
  largestPage,
} from './console-rows.ts';

export interface PageRequest {
  /** The last key of the page before; null for the first page. */
  readonly after: string | null;
  readonly limit: number;
}

/** Whoever reads the changes: how it says that it lags behind, and that it left. */
export interface Follower {
  readonly isLagging: () => boolean;
  readonly signal: AbortSignal | undefined;
}

export interface ConsoleSource {
  devices(page: PageRequest): DevicePage;
  deployments(page: PageRequest): DeploymentPage;
  /** Null: there is no such device. */
  device(deviceId: string): DeviceDetail | null;
  follow(follower: Follower): AsyncGenerator<ConsoleEvent, void, undefined>;
}

export interface ConsoleContext {
  readonly source: ConsoleSource;
  readonly isLagging: () => boolean;
}

const pageRequest = z.strictObject({
  after: z.string().max(128).nullable(),
  limit: z.int().min(1).max(largestPage),
});
const deviceRequest = z.strictObject({ deviceId: z.string().min(1).max(128) });

/** Made once per listener: nothing mutable lives at module level. */
export function createConsoleRouter() {
  const trpc = initTRPC.context<ConsoleContext>().create({
    isDev: false,
    // What is ours to say is said; anything else stays in the hub's log, where its cause is.
    errorFormatter({ shape, error }) {
      const { cause } = error;
      if (cause instanceof AppError)
        return { ...shape, message: cause.message, data: { ...shape.data, code: cause.code } };
      if (error.code !== 'INTERNAL_SERVER_ERROR') return shape;
      return { ...shape, message: 'The hub could not answer; its log says why.' };
    },
  });
  return trpc.router({
    devices: trpc.procedure.input(pageRequest).query(({ ctx, input }) => ctx.source.devices(input)),
    deployments: trpc.procedure.input(pageRequest).query(({ ctx, input }) => ctx.source.deployments(input)),
    device: trpc.procedure.input(deviceRequest).query(({ ctx, input }) => ctx.source.device(input.deviceId)),
    changes: trpc.procedure.subscription(({ ctx, signal }) => ctx.source.follow({ isLagging: ctx.isLagging, signal })),
  });
}

export type ConsoleRouter = ReturnType<typeof createConsoleRouter>;
