// The console's procedures for many devices at once; what they ask and answer stands in console-devices.ts.
import { deviceMatchesRequest, devicesChangeRequest, newDevicesRequest } from './console-devices.ts';
import type { ConsoleTrpc } from './console-trpc.ts';

export function manyDevicesProcedures(trpc: ConsoleTrpc) {
  const { procedure } = trpc;
  return {
    deviceMatches: procedure
      .input(deviceMatchesRequest)
      .query(({ ctx, input, signal }) => ctx.manyDevices.matches(input, signal)),
    createDevices: procedure.input(newDevicesRequest).mutation(({ ctx, input }) => ctx.manyDevices.createAll(input)),
    changeDevices: procedure.input(devicesChangeRequest).mutation(({ ctx, input }) => ctx.manyDevices.changeAll(input)),
  };
}
