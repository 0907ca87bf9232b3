// Which module that a switch would stop holds it: by its lock, or by its hook, which is not asked while there is a lock.
import type { Clock } from '#base/clock.ts';
import type { PlanInput } from '#domain/updates/plan-input.ts';
import { heldByLock, type SwitchHolder } from '#domain/updates/switch-holder.ts';
import { switchHookOf } from '#domain/manifests/switch-labels.ts';
import { isOfThisRun, stoppedBySwitch } from '#domain/updates/switch-stops.ts';
import type { AgentMemory } from './agent-memory.ts';
import type { DesiredReading } from './desired-reading.ts';
import type { Engine } from './engine.ts';
import { createSwitchHooks } from './switch-hook.ts';
import { readLock } from './switch-signs.ts';

export interface ModuleHoldOptions {
  readonly memory: AgentMemory;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly locksDir: string;
  /** A hook has answered. */
  readonly onChanged: () => void;
}

export type ModuleHolds = (input: PlanInput, reading: DesiredReading) => Promise<SwitchHolder | null>;

export function createModuleHolds(options: ModuleHoldOptions): ModuleHolds {
  const { memory, clock, locksDir } = options;
  const hooks = createSwitchHooks({ ...options, onAnswer: options.onChanged });

  return async (input, { standing }) => {
    const ending = stoppedBySwitch(input);
    const locks = await Promise.all(ending.map(({ module }) => readLock(locksDir, module)));
    for (const [index, container] of ending.entries()) {
      const lock = locks[index] ?? null;
      if (lock !== null && isOfThisRun(container, lock.writtenAtMs, clock.nowMs()))
        return heldByLock(container.module, lock.said);
    }
    const number = memory.current.course.trial?.number ?? 0;
    return hooks.holderOf(
      ending.flatMap((container) => {
        const spec = standing?.modules.find(({ name }) => name === container.module);
        const argv = spec === undefined ? null : switchHookOf(spec.createOptions);
        return argv === null ? [] : [{ container, argv, number }];
      }),
    );
  };
}
