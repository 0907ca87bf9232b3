// The console's API: pages of rows to start from, and one subscription of numbered changes to stay live.
// Only shapes and input checks live here; the hub brings what answers. The page imports the router's type alone.
import { leftValuesRequest, removalRuleRequest } from './console-configurations.ts';
import { devicePageProcedures } from './console-device-page-procedures.ts';
import { deploymentProcedures } from './console-deployment-procedures.ts';
import {
  deploymentExportRequest,
  fileRequest,
  importRequest,
  moduleExportRequest,
  siteExportRequest,
} from './console-files.ts';
import { historyProcedures } from './console-history-procedures.ts';
import { imageProcedures } from './console-image-procedures.ts';
import {
  comparisonRequest,
  devicePageRequest,
  deviceRequest,
  effectiveRequest,
  matchesRequest,
  pageRequest,
  previewDevicesRequest,
  previewRequest,
  queryRequest,
  revisionsRequest,
} from './console-inputs.ts';
import { manyDevicesProcedures } from './console-many-devices-procedures.ts';
import { liveProcedures } from './console-live-procedures.ts';
import { rolloutProcedures } from './console-rollout-procedures.ts';
import { deploymentLimitsRequest } from './console-settings.ts';
import { siteProcedures } from './console-site-procedures.ts';
import { startTrpc } from './console-trpc.ts';

/** Made once per listener: nothing mutable lives at module level. */
export function createConsoleRouter() {
  const trpc = startTrpc();
  return trpc.router({
    devices: trpc.procedure.input(devicePageRequest).query(({ ctx, input }) => ctx.source.devices(input)),
    deployments: trpc.procedure.input(pageRequest).query(({ ctx, input }) => ctx.source.deployments(input)),
    device: trpc.procedure.input(deviceRequest).query(({ ctx, input }) => ctx.source.device(input.deviceId)),
    query: trpc.procedure.input(queryRequest).query(({ ctx, input }) => ctx.source.query(input)),
    effective: trpc.procedure.input(effectiveRequest).query(({ ctx, input }) => ctx.source.effective(input)),
    revisions: trpc.procedure.input(revisionsRequest).query(({ ctx, input }) => ctx.source.revisions(input)),
    compareRevisions: trpc.procedure
      .input(comparisonRequest)
      .query(({ ctx, input }) => ctx.source.compareRevisions(input)),
    preview: trpc.procedure
      .input(previewRequest)
      .query(({ ctx, input, signal }) => ctx.source.preview(input.changes, signal)),
    previewDevices: trpc.procedure
      .input(previewDevicesRequest)
      .query(({ ctx, input }) => ctx.source.previewDevices(input)),
    matchesOf: trpc.procedure
      .input(matchesRequest)
      .query(({ ctx, input, signal }) => ctx.source.matchesOf(input, signal)),
    // Bytes on their way in: never asked again, never kept.
    checkFile: trpc.procedure.input(fileRequest).mutation(({ ctx, input }) => ctx.files.checkFile(input)),
    importFile: trpc.procedure.input(importRequest).mutation(({ ctx, input }) => ctx.files.importFile(input)),
    exportDeployment: trpc.procedure
      .input(deploymentExportRequest)
      .query(({ ctx, input }) => ctx.files.exportDeployment(input)),
    exportModules: trpc.procedure.input(moduleExportRequest).query(({ ctx, input }) => ctx.files.exportModules(input)),
    exportSite: trpc.procedure.input(siteExportRequest).query(({ ctx, input }) => ctx.files.exportSite(input)),
    setOnRemoval: trpc.procedure
      .input(removalRuleRequest)
      .mutation(({ ctx, input }) => ctx.configurations.setOnRemoval(input)),
    leftValues: trpc.procedure.query(({ ctx }) => ctx.configurations.leftValues()),
    removeLeftValues: trpc.procedure
      .input(leftValuesRequest)
      .mutation(({ ctx, input }) => ctx.configurations.removeLeftValues(input)),
    deploymentLimits: trpc.procedure.query(({ ctx }) => ctx.settings.deploymentLimits()),
    setDeploymentLimits: trpc.procedure
      .input(deploymentLimitsRequest)
      .mutation(({ ctx, input }) => ctx.settings.setDeploymentLimits(input)),
    ...deploymentProcedures(trpc),
    ...rolloutProcedures(trpc),
    ...imageProcedures(trpc),
    ...siteProcedures(trpc),
    ...devicePageProcedures(trpc),
    ...manyDevicesProcedures(trpc),
    ...historyProcedures(trpc),
    ...liveProcedures(trpc),
    changes: trpc.procedure.subscription(({ ctx, signal }) => ctx.source.follow({ isLagging: ctx.isLagging, signal })),
  });
}

export type ConsoleRouter = ReturnType<typeof createConsoleRouter>;
