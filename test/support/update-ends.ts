// What the enumerations of lost agents go through, and what they look at in the end.
import { isAlive } from '#domain/updates/agent-state.ts';
import type { Behaviour, UpdateWorld } from './update-world.ts';

export const everyBehaviour: readonly Behaviour[] = [
  'runs',
  'exits',
  'refuses',
  'sickens',
  'hangs',
  'missing',
  'foreign',
];

/** Its own containers, as a person would list them: `web web:2 running`. */
export function standing({ containers }: UpdateWorld): readonly string[] {
  return containers
    .filter(({ module }) => module !== null)
    .map((found) => `${found.name} ${found.image} ${isAlive(found) ? 'running' : 'stopped'}`)
    .toSorted();
}
