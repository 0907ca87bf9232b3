// The console's procedures for deployments; what they ask and answer stands in console-deployments.ts.
import {
  customMetricsRequest,
  deploymentChangeRequest,
  deploymentDeletionRequest,
  deploymentReasonsRequest,
  deploymentRequest,
  newDeploymentRequest,
} from './console-deployments.ts';
import { previewDeviceRequest } from './console-inputs.ts';
import type { ConsoleTrpc } from './console-trpc.ts';

export function deploymentProcedures(trpc: ConsoleTrpc) {
  return {
    deployment: trpc.procedure.input(deploymentRequest).query(({ ctx, input }) => ctx.deployments.deployment(input)),
    createDeployment: trpc.procedure
      .input(newDeploymentRequest)
      .mutation(({ ctx, input }) => ctx.deployments.createDeployment(input)),
    changeDeployment: trpc.procedure
      .input(deploymentChangeRequest)
      .mutation(({ ctx, input }) => ctx.deployments.changeDeployment(input)),
    deleteDeployment: trpc.procedure
      .input(deploymentDeletionRequest)
      .mutation(({ ctx, input }) => ctx.deployments.deleteDeployment(input)),
    deploymentReasons: trpc.procedure
      .input(deploymentReasonsRequest)
      .query(({ ctx, input }) => ctx.deployments.deploymentReasons(input)),
    previewDevice: trpc.procedure
      .input(previewDeviceRequest)
      .query(({ ctx, input, signal }) => ctx.deployments.previewDevice(input, signal)),
    customMetrics: trpc.procedure
      .input(customMetricsRequest)
      .query(({ ctx, input }) => ctx.deployments.customMetrics(input)),
  };
}
