// The modules' own keys, asked of the hub over `$edgeAgent`'s link: with them a container is its module and nothing more.
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { asAppError } from '#base/errors.ts';
import { isModuleId } from '#base/ids.ts';
import { moduleKeysAnswer, moduleKeysRequestTopic } from '#contract/agent-topics.ts';
import type { AgentMemory } from './agent-memory.ts';
import type { HubLink } from './hub-link.ts';

const keysPerRequest = 50;
const keysRetryMs = 5_000;

export interface ModuleKeysOptions {
  readonly memory: AgentMemory;
  readonly clock: Clock;
  readonly log: Logger;
  readonly link: () => HubLink;
  readonly onKeys: () => void;
}

/** Keys are asked for in the background and kept for ever: a device that starts without its hub still runs its modules. */
export function createModuleKeys({ memory, clock, log, link, onKeys }: ModuleKeysOptions): {
  ask(modules: readonly string[]): void;
} {
  let isAsking = false;
  let notBeforeMs = 0;

  async function ask(modules: readonly string[]): Promise<void> {
    const asked = modules.filter((module) => isModuleId(module)).slice(0, keysPerRequest);
    const answer = await link().request(moduleKeysRequestTopic, JSON.stringify({ modules: asked }));
    const { modules: found, unknown } = moduleKeysAnswer.parse(JSON.parse(answer.text));
    if (unknown.length > 0) log.warn({ unknown }, 'the hub knows no keys of these modules');
    const fresh = Object.entries(found).filter(
      ([module, { primaryKey }]) => memory.current.moduleKeys[module] !== primaryKey,
    );
    if (fresh.length === 0) return;
    const added = Object.fromEntries(fresh.map(([module, { primaryKey }]) => [module, primaryKey]));
    await memory.change((state) => ({ ...state, moduleKeys: { ...state.moduleKeys, ...added } }));
    notBeforeMs = 0;
    onKeys();
  }

  return {
    ask(modules) {
      if (isAsking || modules.length === 0 || !link().isOpen || clock.monotonicMs() < notBeforeMs) return;
      isAsking = true;
      notBeforeMs = clock.monotonicMs() + keysRetryMs;
      ask(modules)
        // The loop asks again as long as a key is missing.
        .catch((error: unknown) => log.warn({ reason: asAppError(error).message }, 'no keys from the hub'))
        .finally(() => {
          isAsking = false;
        });
    },
  };
}
