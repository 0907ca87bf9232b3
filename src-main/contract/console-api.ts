// The console's API: pages of rows to start from, and one subscription of numbered changes to stay live.
// Only shapes and input checks live here; the hub brings what answers. The page imports the router's type alone.
import { initTRPC } from '@trpc/server';
import { z } from 'zod';
import { AppError } from '#base/errors.ts';
import type { PreviewChange } from '#domain/preview-change.ts';
import { attemptLogRequest } from './console-attempt-logs.ts';
import { type ConsoleConfigurations, leftValuesRequest, removalRuleRequest } from './console-configurations.ts';
import {
  type ConsoleFiles,
  deploymentExportRequest,
  fileRequest,
  importRequest,
  moduleExportRequest,
  siteExportRequest,
} from './console-files.ts';
import {
  comparisonRequest,
  deviceRequest,
  effectiveRequest,
  matchesRequest,
  pageRequest,
  previewDevicesRequest,
  previewRequest,
  queryRequest,
  revisionsRequest,
} from './console-inputs.ts';
import {
  type ConsoleImages,
  imageExportRequest,
  imageFetchRequest,
  imageImportRequest,
  imagePageRequest,
  imagePathRequest,
  imageQuotaRequest,
  imageRemovalRequest,
  imageRequest,
  imagesOfDeploymentsRequest,
  imageTaskRequest,
} from './console-images.ts';
import { type ConsolePreflights, preflightCheckRequest } from './console-preflights.ts';
import type { ConsoleEvent, DeploymentPage, DeviceDetail, DevicePage, QueryAnswer } from './console-rows.ts';
import { type ConsoleRollbacks, rollbackRequest, type RollbackRequest } from './console-rollbacks.ts';
import {
  type ConsoleRollouts,
  groupIdRequest,
  groupRequest,
  ringsRequest,
  rolloutAttemptsRequest,
  rolloutDevicesRequest,
  rolloutIdRequest,
  rolloutOrderRequest,
  rolloutRequest,
  type RolloutRequest,
} from './console-rollouts.ts';
import { switchNowRequest } from './console-switch.ts';
import { type ConsoleSettings, deploymentLimitsRequest } from './console-settings.ts';
import type { EffectiveView, RevisionComparison, RevisionPage } from './effective-view.ts';
import { imageShareChange } from './image-shares.ts';
import { inputProblems } from './input-problems.ts';
import type { ConditionMatches, DeviceIdPage, PreviewAnswer } from './preview-view.ts';

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
  deployments(page: PageRequest): Promise<DeploymentPage>;
  /** Null: there is no such device. */
  device(deviceId: string): DeviceDetail | null;
  /** A page of a twin query, as scripts may ask them: the search of the app. */
  query(request: z.infer<typeof queryRequest>): Promise<QueryAnswer>;
  follow(follower: Follower): AsyncGenerator<ConsoleEvent, void, undefined>;
  /** What a device is given, now or at a revision, value by value. */
  effective(request: z.infer<typeof effectiveRequest>): EffectiveView;
  revisions(request: z.infer<typeof revisionsRequest>): RevisionPage;
  compareRevisions(request: z.infer<typeof comparisonRequest>): RevisionComparison;
  /** What the changes would do to the fleet; nothing is written. */
  preview(changes: readonly PreviewChange[], signal: AbortSignal | undefined): Promise<PreviewAnswer>;
  previewDevices(request: z.infer<typeof previewDevicesRequest>): DeviceIdPage;
  matchesOf(request: z.infer<typeof matchesRequest>, signal: AbortSignal | undefined): Promise<ConditionMatches>;
}

export interface ConsoleContext {
  readonly source: ConsoleSource;
  readonly files: ConsoleFiles;
  readonly configurations: ConsoleConfigurations;
  readonly settings: ConsoleSettings;
  readonly rollouts: ConsoleRollouts & ConsolePreflights;
  readonly rollbacks: ConsoleRollbacks;
  readonly images: ConsoleImages;
  readonly isLagging: () => boolean;
}

/** Made once per listener: nothing mutable lives at module level. */
export function createConsoleRouter() {
  const trpc = startTrpc();
  return trpc.router({
    devices: trpc.procedure.input(pageRequest).query(({ ctx, input }) => ctx.source.devices(input)),
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
    ...rolloutProcedures(trpc),
    ...imageProcedures(trpc),
    changes: trpc.procedure.subscription(({ ctx, signal }) => ctx.source.follow({ isLagging: ctx.isLagging, signal })),
  });
}

function startTrpc() {
  return initTRPC.context<ConsoleContext>().create({
    isDev: false,
    // What is ours to say is said; anything else stays in the hub's log, where its cause is.
    errorFormatter({ shape, error }) {
      const { cause } = error;
      if (cause instanceof AppError)
        return { ...shape, message: cause.message, data: { ...shape.data, code: cause.code } };
      if (cause instanceof z.core.$ZodError)
        return { ...shape, message: `The request cannot be used: ${inputProblems(cause)}.` };
      if (error.code !== 'INTERNAL_SERVER_ERROR') return shape;
      return { ...shape, message: 'The hub could not answer; its log says why.' };
    },
  });
}

function rolloutProcedures(trpc: ReturnType<typeof startTrpc>) {
  return {
    planRollout: trpc.procedure
      .input(rolloutRequest)
      .query(({ ctx, input }) => ctx.rollouts.planRollout(input as RolloutRequest)),
    createRollout: trpc.procedure
      .input(rolloutRequest)
      .mutation(({ ctx, input }) => ctx.rollouts.createRollout(input as RolloutRequest)),
    rollout: trpc.procedure.input(rolloutIdRequest).query(({ ctx, input }) => ctx.rollouts.rollout(input)),
    rollouts: trpc.procedure.query(({ ctx }) => ctx.rollouts.rollouts()),
    rolloutDevices: trpc.procedure
      .input(rolloutDevicesRequest)
      .query(({ ctx, input }) => ctx.rollouts.rolloutDevices(input)),
    rolloutAttempts: trpc.procedure
      .input(rolloutAttemptsRequest)
      .query(({ ctx, input }) => ctx.rollouts.rolloutAttempts(input)),
    attemptLog: trpc.procedure.input(attemptLogRequest).query(({ ctx, input }) => ctx.rollouts.attemptLog(input)),
    orderRollout: trpc.procedure
      .input(rolloutOrderRequest)
      .mutation(({ ctx, input }) => ctx.rollouts.orderRollout(input)),
    switchNow: trpc.procedure.input(switchNowRequest).mutation(({ ctx, input }) => ctx.rollouts.switchNow(input)),
    planRollback: trpc.procedure
      .input(rollbackRequest)
      .query(({ ctx, input }) => ctx.rollbacks.planRollback(input as RollbackRequest)),
    createRollback: trpc.procedure
      .input(rollbackRequest)
      .mutation(({ ctx, input }) => ctx.rollbacks.createRollback(input as RollbackRequest)),
    preflight: trpc.procedure
      .input(preflightCheckRequest)
      .query(({ ctx, input, signal }) => ctx.rollouts.preflight(input, signal)),
    groups: trpc.procedure.query(({ ctx }) => ctx.rollouts.groups()),
    setGroup: trpc.procedure.input(groupRequest).mutation(({ ctx, input }) => ctx.rollouts.setGroup(input)),
    deleteGroup: trpc.procedure.input(groupIdRequest).mutation(({ ctx, input }) => ctx.rollouts.deleteGroup(input)),
    setRings: trpc.procedure.input(ringsRequest).mutation(({ ctx, input }) => ctx.rollouts.setRings(input)),
  };
}

function imageProcedures(trpc: ReturnType<typeof startTrpc>) {
  return {
    images: trpc.procedure.input(imagePageRequest).query(({ ctx, input }) => ctx.images.images(input)),
    image: trpc.procedure.input(imageRequest).query(({ ctx, input }) => ctx.images.image(input)),
    imageUsage: trpc.procedure.query(({ ctx }) => ctx.images.usage()),
    planImageRemoval: trpc.procedure
      .input(imageRemovalRequest)
      .query(({ ctx, input }) => ctx.images.planRemoval(input)),
    removeImage: trpc.procedure.input(imageRemovalRequest).mutation(({ ctx, input }) => ctx.images.remove(input)),
    collectImages: trpc.procedure.mutation(({ ctx }) => ctx.images.collect()),
    setImageQuota: trpc.procedure.input(imageQuotaRequest).mutation(({ ctx, input }) => ctx.images.setQuota(input)),
    inspectImages: trpc.procedure.input(imagePathRequest).query(({ ctx, input }) => ctx.images.inspect(input)),
    importImages: trpc.procedure.input(imageImportRequest).mutation(({ ctx, input }) => ctx.images.importPath(input)),
    // Its input holds a password: a mutation, never asked again.
    fetchImage: trpc.procedure.input(imageFetchRequest).mutation(({ ctx, input }) => ctx.images.fetch(input)),
    fetchMissingImages: trpc.procedure
      .input(imagesOfDeploymentsRequest)
      .mutation(({ ctx, input }) => ctx.images.fetchMissing(input)),
    imageReadiness: trpc.procedure
      .input(imagesOfDeploymentsRequest)
      .query(({ ctx, input }) => ctx.images.readiness(input)),
    exportImages: trpc.procedure.input(imageExportRequest).mutation(({ ctx, input }) => ctx.images.exportPath(input)),
    cancelImageTask: trpc.procedure.input(imageTaskRequest).mutation(({ ctx, input }) => ctx.images.cancelTask(input)),
    forgetImageTask: trpc.procedure.input(imageTaskRequest).mutation(({ ctx, input }) => ctx.images.forgetTask(input)),
    imageShares: trpc.procedure.query(({ ctx }) => ctx.images.imageShares()),
    setImageShares: trpc.procedure
      .input(imageShareChange)
      .mutation(({ ctx, input }) => ctx.images.setImageShares(input)),
    imageNews: trpc.procedure.subscription(({ ctx, signal }) =>
      ctx.images.follow({ isLagging: ctx.isLagging, signal }),
    ),
  };
}

export type ConsoleRouter = ReturnType<typeof createConsoleRouter>;
