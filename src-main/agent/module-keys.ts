// The modules' own keys, asked of the hub over `$edgeAgent`'s link: with them a container is its module and nothing more.
import type { Logger } from 'pino';
import type { z } from 'zod';
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
  /** The hub said where its other services are. */
  readonly onSite: (site: { readonly httpsPort: number }) => void;
}

export interface ModuleKeys {
  ask(modules: readonly string[]): void;
  /** Of the keys that are known, which may have changed, and of the site; though no module is known. */
  askAgain(): void;
}

/** Keys are asked for in the background and kept for ever: a device that starts without its hub still runs its modules. */
export function createModuleKeys(options: ModuleKeysOptions): ModuleKeys {
  const { memory, clock, log, link, onKeys, onSite } = options;
  const wanted = new Set<string>();
  let mustAsk = false;
  let isAsking = false;
  let notBeforeMs = 0;

  async function askAll(): Promise<void> {
    while (wanted.size > 0 || mustAsk) {
      mustAsk = false;
      const modules = [...wanted].slice(0, keysPerRequest);
      for (const module of modules) wanted.delete(module);
      const answer = await link().request(moduleKeysRequestTopic, JSON.stringify({ modules }));
      await adopt(moduleKeysAnswer.parse(JSON.parse(answer.text)));
    }
  }

  async function adopt(answer: z.infer<typeof moduleKeysAnswer>): Promise<void> {
    const { modules, unknown, site } = answer;
    if (site !== undefined) onSite(site);
    if (unknown.length > 0) {
      log.warn({ unknown }, 'the hub knows no keys of these modules');
      notBeforeMs = clock.monotonicMs() + keysRetryMs;
    }
    if (await keepFresh(memory, modules)) onKeys();
  }

  function begin(): void {
    if (isAsking) return;
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
  }

  function add(modules: readonly string[]): void {
    for (const module of modules) if (isModuleId(module)) wanted.add(module);
  }

  return {
    ask(modules) {
      if (!link().isOpen || clock.monotonicMs() < notBeforeMs) return;
      add(modules);
      if (wanted.size > 0) begin();
    },
    askAgain() {
      mustAsk = true;
      add(Object.keys(memory.current.moduleKeys));
      begin();
    },
  };
}

/** True when one is new. */
async function keepFresh(memory: AgentMemory, modules: z.infer<typeof moduleKeysAnswer>['modules']): Promise<boolean> {
  const known = memory.current.moduleKeys;
  const fresh = Object.entries(modules).filter(([module, { primaryKey }]) => ownValue(known, module) !== primaryKey);
  if (fresh.length === 0) return false;
  const added = Object.fromEntries(fresh.map(([module, { primaryKey }]) => [module, primaryKey]));
  await memory.change((state) => ({ ...state, moduleKeys: { ...state.moduleKeys, ...added } }));
  return true;
}
