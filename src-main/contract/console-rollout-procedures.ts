// The console's procedures for rollouts, the ways back and groups; what they ask and answer stands in console-rollouts.ts.
import { attemptLogRequest } from './console-attempt-logs.ts';
import { pageRequest } from './console-inputs.ts';
import { preflightCheckRequest } from './console-preflights.ts';
import { rollbackRequest, type RollbackRequest } from './console-rollbacks.ts';
import {
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
import { rolloutCellsRequest, rolloutDeviceRowsRequest } from './console-rollout-sights.ts';
import { switchNowRequest } from './console-switch.ts';
import type { ConsoleTrpc } from './console-trpc.ts';

export function rolloutProcedures(trpc: ConsoleTrpc) {
  return {
    planRollout: trpc.procedure
      .input(rolloutRequest)
      .query(({ ctx, input }) => ctx.rollouts.planRollout(input as RolloutRequest)),
    createRollout: trpc.procedure
      .input(rolloutRequest)
      .mutation(({ ctx, input }) => ctx.rollouts.createRollout(input as RolloutRequest)),
    rollout: trpc.procedure.input(rolloutIdRequest).query(({ ctx, input }) => ctx.rollouts.rollout(input)),
    rolloutRows: trpc.procedure.input(pageRequest).query(({ ctx, input }) => ctx.source.rollouts(input)),
    rollouts: trpc.procedure.query(({ ctx }) => ctx.rollouts.rollouts()),
    rolloutDevices: trpc.procedure
      .input(rolloutDevicesRequest)
      .query(({ ctx, input }) => ctx.rollouts.rolloutDevices(input)),
    rolloutCells: trpc.procedure.input(rolloutCellsRequest).query(({ ctx, input }) => ctx.rollouts.rolloutCells(input)),
    rolloutDeviceRows: trpc.procedure
      .input(rolloutDeviceRowsRequest)
      .query(({ ctx, input }) => ctx.rollouts.rolloutDeviceRows(input)),
    rolloutCourse: trpc.procedure
      .input(rolloutIdRequest)
      .query(({ ctx, input, signal }) => ctx.rollouts.rolloutCourse(input, signal)),
    rolloutOrders: trpc.procedure.input(rolloutIdRequest).query(({ ctx, input }) => ctx.rollouts.rolloutOrders(input)),
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
