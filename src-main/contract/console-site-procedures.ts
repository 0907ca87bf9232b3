// The console's procedures for the site itself; what they ask and answer stands in console-site.ts.
import { listeningRequest } from './console-listening.ts';
import { revealRequest } from './console-site.ts';
import type { ConsoleTrpc } from './console-trpc.ts';

export function siteProcedures(trpc: ConsoleTrpc) {
  return {
    siteSettings: trpc.procedure.query(({ ctx }) => ctx.siteDesk.settings()),
    listening: trpc.procedure.query(({ ctx }) => ctx.siteDesk.listening()),
    chooseListening: trpc.procedure
      .input(listeningRequest)
      .mutation(({ ctx, input }) => ctx.siteDesk.chooseListening(input)),
    // A mutation, so that it is never asked by the way, again, or for later.
    revealSecret: trpc.procedure.input(revealRequest).mutation(({ ctx, input }) => ctx.siteDesk.reveal(input)),
    backups: trpc.procedure.query(({ ctx }) => ctx.siteDesk.backups()),
    backUp: trpc.procedure.mutation(({ ctx }) => ctx.siteDesk.backUp()),
    cancelBackup: trpc.procedure.mutation(({ ctx }) => ctx.siteDesk.cancelBackup()),
    diagnostics: trpc.procedure.query(({ ctx }) => ctx.siteDesk.diagnostics()),
    siteNews: trpc.procedure.subscription(({ ctx, signal }) =>
      ctx.siteDesk.followSite({ isLagging: ctx.isLagging, signal }),
    ),
    attention: trpc.procedure.subscription(({ ctx, signal }) =>
      ctx.siteDesk.followAttention({ isLagging: ctx.isLagging, signal }),
    ),
  };
}
