// The console's procedures for one device; what they ask and answer stands in console-device-page.ts.
import {
  cloudMessageRequest,
  deviceEnablingRequest,
  deviceJournalRequest,
  methodRequest,
  moduleLogsRequest,
  moduleRestartRequest,
  thisDeviceRequest,
  twinChangeRequest,
  twinRequest,
} from './console-device-page.ts';
import type { ConsoleTrpc } from './console-trpc.ts';

export function devicePageProcedures(trpc: ConsoleTrpc) {
  const { procedure } = trpc;
  return {
    deviceTwin: procedure.input(twinRequest).query(({ ctx, input }) => ctx.devicePage.twin(input)),
    changeTwin: procedure.input(twinChangeRequest).mutation(({ ctx, input }) => ctx.devicePage.changeTwin(input)),
    invokeMethod: procedure.input(methodRequest).mutation(({ ctx, input }) => ctx.devicePage.invokeMethod(input)),
    moduleLogs: procedure.input(moduleLogsRequest).query(({ ctx, input }) => ctx.devicePage.moduleLogs(input)),
    restartModule: procedure
      .input(moduleRestartRequest)
      .mutation(({ ctx, input }) => ctx.devicePage.restartModule(input)),
    deviceJournal: procedure.input(deviceJournalRequest).query(({ ctx, input }) => ctx.devicePage.journal(input)),
    // Asked only when a person wants to see them, and kept nowhere.
    deviceKeys: procedure.input(thisDeviceRequest).query(({ ctx, input }) => ctx.devicePage.keys(input)),
    deviceUnderway: procedure.input(thisDeviceRequest).query(({ ctx, input }) => ctx.devicePage.underway(input)),
    deviceContact: procedure.input(thisDeviceRequest).query(({ ctx, input }) => ctx.devicePage.contact(input)),
    sendCloudMessage: procedure
      .input(cloudMessageRequest)
      .mutation(({ ctx, input }) => ctx.devicePage.sendMessage(input)),
    purgeCloudMessages: procedure
      .input(thisDeviceRequest)
      .mutation(({ ctx, input }) => ctx.devicePage.purgeMessages(input)),
    setDeviceEnabled: procedure
      .input(deviceEnablingRequest)
      .mutation(({ ctx, input }) => ctx.devicePage.setEnabled(input)),
    deleteThisDevice: procedure
      .input(thisDeviceRequest)
      .mutation(({ ctx, input }) => ctx.devicePage.deleteDevice(input)),
  };
}
