// tRPC as the console uses it: made once per router, with what was refused told in the hub's own words.
import { initTRPC } from '@trpc/server';
import { z } from 'zod';
import { AppError } from '#base/errors.ts';
import type { ConsoleContext } from './console-context.ts';
import { inputProblems } from './input-problems.ts';

export function startTrpc() {
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

export type ConsoleTrpc = ReturnType<typeof startTrpc>;
