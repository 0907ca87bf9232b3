// The containers of one module, sorted by the stage of a replacement that their names tell.
import { containerName, isOwn, successorName, type ObservedContainer } from './agent-state.ts';
import type { OwnContainers } from './plan-input.ts';

export function containersOf(module: string, containers: readonly ObservedContainer[]): OwnContainers {
  const names = [containerName(module), successorName(module)];
  const own = containers.filter(isOwn).filter((container) => container.module === module);
  const foreign = containers.find((container) => container.module !== module && names.includes(container.name));
  return {
    current: own.find((container) => container.name === names[0]) ?? null,
    successor: own.find((container) => container.name === names[1]) ?? null,
    strays: own.filter((container) => !names.includes(container.name)),
    foreign: foreign?.name ?? null,
  };
}
