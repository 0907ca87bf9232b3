// The console's procedures for the history; what they ask and answer stands in console-history.ts.
import {
  courseRequest,
  coursesRequest,
  historyQuery,
  historyRequest,
  historyRowRequest,
  momentsRequest,
} from './console-history.ts';
import type { ConsoleTrpc } from './console-trpc.ts';

export function historyProcedures(trpc: ConsoleTrpc) {
  return {
    history: trpc.procedure.input(historyRequest).query(({ ctx, input, signal }) => ctx.history.history(input, signal)),
    historyRow: trpc.procedure.input(historyRowRequest).query(({ ctx, input }) => ctx.history.historyRow(input)),
    deviceCourse: trpc.procedure
      .input(courseRequest)
      .query(({ ctx, input, signal }) => ctx.history.course(input, signal)),
    deviceCourses: trpc.procedure
      .input(coursesRequest)
      .query(({ ctx, input, signal }) => ctx.history.courses(input, signal)),
    compareMoments: trpc.procedure
      .input(momentsRequest)
      .query(({ ctx, input, signal }) => ctx.history.moments(input, signal)),
    historyNews: trpc.procedure
      .input(historyQuery)
      .subscription(({ ctx, input, signal }) => ctx.history.follow(input, signal)),
  };
}
