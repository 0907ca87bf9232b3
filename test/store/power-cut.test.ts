// Power cut: the process is killed in the middle of its writes, again and again; what was acknowledged is there, once, in order.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { aStoreIn, aTemporaryFolder } from '#test/support/test-store.ts';

const writer = fileURLToPath(import.meta.resolve('#test/support/power-cut-writer.ts'));

/** Kills the writer after it acknowledged `enough` numbers; returns every number it acknowledged. */
async function writeAndDie(dir: string, enough: number): Promise<number[]> {
  const child = spawn(process.execPath, [writer, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const acknowledged: number[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(Number(line));
    if (acknowledged.length === enough) child.kill('SIGKILL');
  }
  const [, signal] = await exited;
  expect(signal).toBe('SIGKILL');
  return acknowledged;
}

describe('power cut', () => {
  it('when the writer is killed 20 times, every acknowledged row is there once and the chain holds', async () => {
    const dir = aTemporaryFolder();
    const acknowledged: number[] = [];
    for (let round = 0; round < 20; round += 1) {
      // Uneven on purpose: the kill falls before, in and after a group and its checkpoint.
      acknowledged.push(...(await writeAndDie(dir, 1 + round * 13)));
      const store = aStoreIn(dir);
      expect(await store.read.journal.findBrokenSeq()).toBeNull();
      expect(store.read.journal.lastSeq()).toBeGreaterThanOrEqual(acknowledged.at(-1) ?? 0);
      store.close();
    }
    expect(new Set(acknowledged).size).toBe(acknowledged.length);
    const store = aStoreIn(dir);
    const present = new Set(store.read.journal.list({ limit: 1_000_000 }).map(({ seq }) => seq));
    expect(acknowledged.filter((seq) => !present.has(seq))).toEqual([]);
    expect(await store.checkIntegrity()).toBe('ok');
  });
});
