// The layers of a device's effective configuration, for the picture and its words: how much of what shows each of them gave, and how
// much of what they gave is hidden.
import type { EffectiveView } from '#contract/effective-view.ts';

export interface Layer {
  readonly id: string;
  readonly role: 'base' | 'layer' | 'configuration' | 'nobody';
  /** Values that show. */
  readonly gives: number;
  /** Values that a higher one wrote over. */
  readonly hidden: number;
}

/** Values that no deployment wrote: added to the twin by somebody. */
export const nobody = '';

/** Highest first, as they lie on each other; what nobody wrote lies on top. */
export function layersOf(view: Pick<EffectiveView, 'base' | 'applied' | 'values'>): readonly Layer[] {
  const gives = new Map<string, number>();
  const hidden = new Map<string, number>();
  for (const value of view.values) {
    const writer = value.writtenBy ?? nobody;
    gives.set(writer, (gives.get(writer) ?? 0) + 1);
    for (const { deploymentId } of value.hidden) hidden.set(deploymentId, (hidden.get(deploymentId) ?? 0) + 1);
  }
  const applied: readonly string[] = view.applied;
  const others = [...new Set([...gives.keys(), ...hidden.keys()])].filter(
    (id) => id !== nobody && !applied.includes(id),
  );
  const order = [...applied, ...others.toSorted(), ...(gives.has(nobody) ? [nobody] : [])];
  return order
    .map((id) => ({ id, role: roleOf(id, view), gives: gives.get(id) ?? 0, hidden: hidden.get(id) ?? 0 }))
    .toReversed();
}

function roleOf(id: string, { base, applied }: Pick<EffectiveView, 'base' | 'applied'>): Layer['role'] {
  if (id === nobody) return 'nobody';
  if (id === base) return 'base';
  const inOrder: readonly string[] = applied;
  return inOrder.includes(id) ? 'layer' : 'configuration';
}
