// What the hub goes on telling reaches the page with its beat, whichever view follows it. The first of each comes at once: a view
// that was just opened waits for it.
import type { TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import type { ConsoleRouter } from '#contract/console-api.ts';
import type { Beat } from './beat.ts';

export function beatLink(join: Beat['join']): TRPCLink<ConsoleRouter> {
  return () =>
    ({ op, next }) => {
      const told = next(op);
      if (op.type !== 'subscription') return told;
      return observable((observer) => {
        let hasTold = false;
        let isOver = false;
        // Also how it ends: never before what was told before it.
        const later = (work: () => void): void => join(() => isOver || work());
        const following = told.subscribe({
          next(envelope) {
            const isFirst = !hasTold;
            hasTold ||= envelope.result.type === 'data' || envelope.result.type === undefined;
            if (isFirst) observer.next(envelope);
            else later(() => observer.next(envelope));
          },
          error: (error) => later(() => observer.error(error)),
          complete: () => later(() => observer.complete()),
        });
        return () => {
          isOver = true;
          following.unsubscribe();
        };
      });
    };
}
