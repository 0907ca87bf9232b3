// When the agent's records count as written.
import { expect, test } from 'vitest';
import { createAgentMemory } from '#agent/agent-memory.ts';
import type { AgentState } from '#agent/state-file.ts';

test('when writes are under way, it is settled only after the last of them, failed ones included', async () => {
  const ends: ((error?: Error) => void)[] = [];
  const save = () => new Promise<void>((resolve, reject) => ends.push((error) => (error ? reject(error) : resolve())));
  const memory = createAgentMemory({} as AgentState, { save, load: () => Promise.reject(new Error('not asked for')) });
  let isSettled = false;
  const changes = [memory.change((state) => state), memory.change((state) => state)];
  const settled = memory.settled().then(() => (isSettled = true));
  ends[1]?.();
  await changes[1];
  expect(isSettled).toBe(false);
  ends[0]?.(new Error('the disk is full'));
  await settled;
  expect(memory.problem).toBe('the disk is full');
});
