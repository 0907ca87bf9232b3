// Messages that their client has taken and that have to leave the store. Where the disk refuses that, it is tried again until it
// is done: what stays would be counted as under way for as long as its session lasts, and hold up the messages behind it.
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { asAppError } from '#base/errors.ts';
import type { Store, StoreWriters } from '#store/store-types.ts';

interface TakenMessage {
  /** The same for a message that was sent, and taken, once more in a later session. */
  readonly key: string;
  readonly remove: (write: StoreWriters) => void;
  readonly onRemoved: () => void;
}

export interface TakenMessages {
  /** Takes it out of the store, now or as soon as the disk lets it. */
  remove(message: TakenMessage): void;
  /** Tries what is left once more. */
  stop(): void;
}

const retryEveryMs = 1000;
// Of those that are left, in one change: after a long outage they are many.
const removedTogether = 500;

export function createTakenMessages(parts: {
  readonly store: Pick<Store, 'changeSoon'>;
  readonly clock: Clock;
  readonly log: Logger;
}): TakenMessages {
  const { store, clock, log } = parts;
  const left = new Map<string, TakenMessage>();
  let cancelRetry: (() => void) | undefined;

  function write(messages: readonly TakenMessage[]): void {
    store
      .changeSoon((writers) => messages.forEach(({ remove }) => remove(writers)))
      .then(() => settle(messages))
      .catch((error: unknown) => keep(messages, error));
  }

  function settle(messages: readonly TakenMessage[]): void {
    for (const message of messages) {
      if (left.get(message.key) === message) left.delete(message.key);
      message.onRemoved();
    }
    if (left.size > 0 && cancelRetry === undefined) removeLeft();
  }

  function keep(messages: readonly TakenMessage[], error: unknown): void {
    if (left.size === 0) log.warn({ err: error }, 'messages that were taken could not be removed; it is tried again');
    // A fault of ours would fail again, and its message goes with its next session.
    if (asAppError(error).kind === 'unready') for (const message of messages) left.set(message.key, message);
    else for (const { key } of messages) left.delete(key);
    if (left.size > 0) cancelRetry ??= clock.after(retryEveryMs, removeLeft);
  }

  function removeLeft(): void {
    cancelRetry?.();
    cancelRetry = undefined;
    write([...left.values()].slice(0, removedTogether));
  }

  return {
    remove: (message) => write([message]),
    stop() {
      if (left.size > 0) removeLeft();
      cancelRetry?.();
    },
  };
}
