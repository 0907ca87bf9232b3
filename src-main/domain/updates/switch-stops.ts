// Which running containers a switch ends: they alone have a say in when it comes.
import { containerName, isAlive, isOwn, type OwnContainer } from './agent-state.ts';
import type { PlanInput } from './plan-input.ts';

/** Of modules that change, are to stand still, or are no longer wanted. Example: web:1 runs and web:2 comes → web's container. */
export function stoppedBySwitch({ coming, containers }: Pick<PlanInput, 'coming' | 'containers'>): OwnContainer[] {
  if (coming === null) return [];
  const wanted = new Map(coming.modules.map((module) => [module.spec.name, module]));
  return containers.filter(isOwn).filter((container) => {
    if (container.name !== containerName(container.module) || !isAlive(container)) return false;
    const next = wanted.get(container.module);
    return next?.specHash !== container.specHash || next.spec.status === 'stopped';
  });
}

/**
 * Whether the lock that was written at `writtenAtMs` is of the container's present run: a module that ended holds nothing, and what
 * its successor finds is not its own. On a clock that was set back since the start that cannot be told, and it counts.
 */
export function isOfThisRun(
  { startedAtMs, finishedAtMs }: Pick<OwnContainer, 'startedAtMs' | 'finishedAtMs'>,
  writtenAtMs: number,
  nowMs: number,
): boolean {
  if (nowMs < startedAtMs) return true;
  // A run that ended after this one began was timed by a clock that was set back since: its end says nothing.
  const endedBeforeMs = finishedAtMs > startedAtMs ? -Infinity : finishedAtMs;
  return writtenAtMs > endedBeforeMs && writtenAtMs >= startedAtMs - startSlackMs;
}

/** An engine notes the start when the process is already at work. */
const startSlackMs = 1000;
