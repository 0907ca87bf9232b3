// startupOrder: modules of a lower number are started first. It orders what can start and never keeps down what ran before:
// a device whose database image cannot be fetched still runs the rest.
import type { Step } from './agent-step.ts';
import type { ModulePlan } from './module-plan.ts';

/**
 * The modules' steps, less those that must wait for a lower order: starts and swaps while a lower module starts in this very
 * round; first starts while a lower module is still on its way to its own first start.
 */
export function holdBack(modules: readonly ModulePlan[], isDue: (step: Step) => boolean): Step[] {
  const starting = modules.filter((module) => module.steps.some((step) => step.kind === 'start' && isDue(step)));
  const lowestStarting = lowestOrder(starting);
  const awaited = modules.filter((module) => module.awaitsFirstStart && module.steps.every((step) => isDue(step)));
  const lowestAwaited = lowestOrder(awaited);
  return modules.flatMap((module) => {
    const order = module.wanted.spec.startupOrder;
    return module.steps.filter((step) => {
      if (step.kind !== 'start' && !module.isSwap) return true;
      if (order > lowestStarting) return false;
      return step.kind !== 'start' || module.everStarted || order <= lowestAwaited;
    });
  });
}

function lowestOrder(modules: readonly ModulePlan[]): number {
  return Math.min(Infinity, ...modules.map((module) => module.wanted.spec.startupOrder));
}
