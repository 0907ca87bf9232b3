// A device whose module web:1 is proven and may hold a switch: by a lock in its directory, or by a hook.
import { utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { agentSite, settled } from './agent-site.ts';
import { eventually } from './eventually.ts';

export const locked = { 'lanyard.lock': 'true' };
export const hooked = { 'lanyard.switch-hook': '["/bin/may-stop","-q"]' };
export const both = { ...locked, ...hooked };

export const labelledModule = (image: string, labels: JsonObject = {}): JsonObject => ({
  settings: { image, createOptions: JSON.stringify({ Labels: labels }) },
  restartPolicy: 'always',
});
export const wantedModules = (modules: JsonObject, terms: JsonObject | null = null): JsonObject => ({
  schemaVersion: '1.1',
  modules,
  ...(terms === null ? {} : { lanyard: { attempt: 1, settleSeconds: 0, hold: 'none', isRollback: false, ...terms } }),
});
export const webOf = (version: number, labels: JsonObject, terms: JsonObject | null = null): JsonObject =>
  wantedModules({ web: labelledModule(`web:${version}`, labels) }, terms);

export const staged = ['web web:1 running', 'web.next web:2 created'];
export const switched = ['web web:2 running'];

export function safeMomentSite() {
  const site = agentSite();
  type TestAgent = Awaited<ReturnType<typeof site.startAgent>>;
  const lockFile = (): string => join(site.dir, 'locks', 'web', 'lock');

  return {
    site,
    lockFile,
    provenAgent: async (labels: JsonObject): Promise<TestAgent> => {
      const agent = await site.startAgent();
      await agent.want(1, webOf(1, labels));
      await settled(agent, 1);
      return agent;
    },
    /** As the module would, by the clock of the device. */
    lock: async (text: string, ageMs = 0): Promise<void> => {
      await writeFile(lockFile(), text);
      const atS = (site.clock.nowMs() - ageMs) / 1000;
      await utimes(lockFile(), atS, atS);
    },
    heldBy: (agent: TestAgent, by: string): Promise<void> => eventually(() => expect(agent.last()?.hold?.by).toBe(by)),
    restarted: async (agent: TestAgent): Promise<TestAgent> => {
      const stopped = agent.loop.stop();
      site.clock.advance(3_000);
      await stopped;
      return site.startAgent();
    },
    /** How often the hook was asked. */
    asked: (): number => site.engine.calls.filter((call) => call === 'exec web /bin/may-stop -q').length,
  };
}
