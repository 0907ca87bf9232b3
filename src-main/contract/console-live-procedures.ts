// The console's procedures for messages as they come; what they ask and answer stands in console-live.ts.
import { liveRequest, liveTopicRequest } from './console-live.ts';
import type { ConsoleTrpc } from './console-trpc.ts';

export function liveProcedures(trpc: ConsoleTrpc) {
  return {
    liveMessages: trpc.procedure
      .input(liveRequest)
      .subscription(({ ctx, input, signal }) => ctx.live.follow(input, { isLagging: ctx.isLagging, signal })),
    liveTopic: trpc.procedure
      .input(liveTopicRequest)
      .subscription(({ ctx, input, signal }) => ctx.live.followTopic(input, { isLagging: ctx.isLagging, signal })),
  };
}
