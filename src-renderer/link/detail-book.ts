// The rows of a rollout's devices that are in sight: asked for together, a hundred at a time, and again when the rollout changed.
// A row that nobody looks at is not asked for.
import type { RolloutDeviceRow } from '#contract/console-rollouts.ts';
import type { Beat } from './beat.ts';
import { withBeat } from './page-beat.ts';

const mostAtOnce = 100;

export interface DetailBook {
  /** Wants the row as long as the returned function is not called. */
  look(deviceId: string, listener: () => void): () => void;
  row(deviceId: string): RolloutDeviceRow | undefined;
  /** Of the last asking; null: it went well. */
  problem(): string | null;
  /** The rows in sight are asked for again where the revision is another one. */
  refresh(revision: number): void;
}

export function createDetailBook(
  ask: (deviceIds: readonly string[]) => Promise<readonly RolloutDeviceRow[]>,
  join: Beat['join'] = withBeat,
): DetailBook {
  const rows = new Map<string, RolloutDeviceRow>();
  const listeners = new Map<string, Set<() => void>>();
  const wanted = new Set<string>();
  let problem: string | null = null;
  let asked: number | null = null;
  let isAsking = false;
  let isDue = false;

  async function askAll(): Promise<void> {
    if (isAsking) return;
    isAsking = true;
    while (wanted.size > 0) {
      const some = [...wanted].filter((id) => listeners.has(id)).slice(0, mostAtOnce);
      for (const id of some) wanted.delete(id);
      if (some.length === 0) wanted.clear();
      else await askSome(some);
    }
    isAsking = false;
  }

  async function askSome(some: readonly string[]): Promise<void> {
    // What just came into sight is waited for; what is known already is told anew with all other news.
    const isWaitedFor = some.some((id) => !rows.has(id));
    const take = await ask(some).then(
      (answered) => () => keep(answered),
      // The edge of a look: the next change of the rollout asks anew.
      (error: unknown) => () => {
        problem = error instanceof Error ? error.message : String(error);
      },
    );
    const tell = (): void => {
      take();
      for (const id of some) for (const listener of listeners.get(id) ?? []) listener();
    };
    if (isWaitedFor) tell();
    else join(tell);
  }

  function keep(answered: readonly RolloutDeviceRow[]): void {
    problem = null;
    // Who went out of sight meanwhile is asked for anew when it comes back.
    for (const row of answered) if (listeners.has(row.deviceId)) rows.set(row.deviceId, row);
  }

  /** All that came into sight in one turn is asked for at once. */
  function askSoon(): void {
    if (isDue) return;
    isDue = true;
    setTimeout(() => {
      isDue = false;
      void askAll();
    }, 0);
  }

  return {
    look(deviceId, listener) {
      const own = listeners.get(deviceId) ?? new Set();
      listeners.set(deviceId, own.add(listener));
      if (!rows.has(deviceId)) {
        wanted.add(deviceId);
        askSoon();
      }
      return () => {
        own.delete(listener);
        if (own.size > 0) return;
        listeners.delete(deviceId);
        // Whoever looks again is told anew: it may have changed meanwhile.
        rows.delete(deviceId);
      };
    },
    row: (deviceId) => rows.get(deviceId),
    problem: () => problem,
    refresh(revision) {
      if (revision === asked) return;
      asked = revision;
      for (const id of listeners.keys()) wanted.add(id);
      if (wanted.size > 0) askSoon();
    },
  };
}
