// By which rules a step was taken. The journal tells what happened, so a step of an older hub is folded by the rules that one knew:
// the same state comes of it as then, and whatever happens from now on goes by those of now.
import type { RolloutNow } from './rollout-state.ts';

/**
 * Kept with every step. Without a number: who showed no progress was stuck wherever it stood and went on being reached, and who
 * refused was tried again. 2: silence before the switch ends with the deployment taken back, and who refused is not asked again; a
 * way back waits for no person, nobody begins in the last seconds of a window, and who failed and sleeps is withdrawn when it is awake
 * in one.
 */
export const currentRules = 2;

export function isOfBefore({ rules = 1 }: Pick<RolloutNow, 'rules'>): boolean {
  return rules < 2;
}
