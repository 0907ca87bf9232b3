// The modules' own keys, asked of the hub over `$edgeAgent`'s link: with them a container is its module and nothing more.
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { asAppError } from '#base/errors.ts';
import { isModuleId } from '#base/ids.ts';
import { ownValue } from '#base/json.ts';
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
  const wanted = new Set<string>();
  let isAsking = false;
  let notBeforeMs = 0;

  async function askAll(): Promise<void> {
    while (wanted.size > 0) {
      const modules = [...wanted].slice(0, keysPerRequest);
      for (const module of modules) wanted.delete(module);
      const answer = await link().request(moduleKeysRequestTopic, JSON.stringify({ modules }));
      await adopt(moduleKeysAnswer.parse(JSON.parse(answer.text)));
    }
  }

  async function adopt({ modules, unknown }: ReturnType<typeof moduleKeysAnswer.parse>): Promise<void> {
    if (unknown.length > 0) {
      log.warn({ unknown }, 'the hub knows no keys of these modules');
      notBeforeMs = clock.monotonicMs() + keysRetryMs;
    }
    const known = memory.current.moduleKeys;
    const fresh = Object.entries(modules).filter(([module, { primaryKey }]) => ownValue(known, module) !== primaryKey);
    if (fresh.length === 0) return;
    const added = Object.fromEntries(fresh.map(([module, { primaryKey }]) => [module, primaryKey]));
    await memory.change((state) => ({ ...state, moduleKeys: { ...state.moduleKeys, ...added } }));
    onKeys();
  }

  return {
    ask(modules) {
      if (!link().isOpen || clock.monotonicMs() < notBeforeMs) return;
      for (const module of modules) if (isModuleId(module)) wanted.add(module);
      if (isAsking || wanted.size === 0) return;
      isAsking = true;
      askAll()
        .catch((error: unknown) => {
          // The loop asks again as long as a key is missing.
          notBeforeMs = clock.monotonicMs() + keysRetryMs;
          log.warn({ reason: asAppError(error).message }, 'no keys from the hub');
        })
        .finally(() => {
          isAsking = false;
        });
    },
  };
}
