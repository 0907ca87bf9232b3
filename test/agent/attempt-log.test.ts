// The file that an attempt's log is: bounded, read page by page, and of the newest ten attempts alone.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { agentSite } from '#test/support/agent-site.ts';

const site = agentSite();
const { startAgent } = site;
type TestAgent = Awaited<ReturnType<typeof startAgent>>;

async function pagesOf(agent: TestAgent, name: { version: number; attempt: number }): Promise<readonly string[]> {
  const pages: string[] = [];
  for (let offset = 0, total = 1; offset < total;) {
    const page = await agent.attemptLog.read(name, offset);
    pages.push(page?.text ?? '');
    ({ nextOffset: offset = total, totalBytes: total } = page ?? { nextOffset: total, totalBytes: total });
  }
  return pages;
}

test('when a log is full of what an answer must spell out, each page of it still fits into one', async () => {
  const agent = await startAgent();
  const name = { version: 1, attempt: 0, number: 1 };
  const line = '\u0001ü'.repeat(50_000);
  await agent.attemptLog.write(name, [line]);
  const pages = await pagesOf(agent, name);
  expect(pages.join('')).toContain(line);
  for (const page of pages) expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThanOrEqual(96 * 1_024);
});

test('when a log is too big, it is cut between two characters and says so', async () => {
  const agent = await startAgent();
  const name = { version: 1, attempt: 0, number: 1 };
  await agent.attemptLog.write(name, [`${'x'.repeat(101)}${'ü'.repeat(131_000)}`]);
  await agent.attemptLog.write(name, ['after']);
  const text = (await pagesOf(agent, name)).join('');
  expect(text).not.toContain('\ufffd');
  expect(text).toMatch(/ü\n\(this log was too big and is cut here\)\n$/);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(256 * 1_024);
});

test('when there were many attempts, the logs of the newest ten are kept', async () => {
  const agent = await startAgent();
  for (let number = 1; number <= 12; number++)
    await agent.attemptLog.write({ version: number, attempt: 0, number }, ['x'.repeat(300_000)]);
  const names = await readdir(join(site.dir, 'attempts'));
  expect(names.length).toBe(10);
  expect(names).not.toContain('2-0-2.log');
  expect(await agent.attemptLog.read({ version: 2, attempt: 0 }, 0)).toBe(null);
  const slice = await agent.attemptLog.read({ version: 12, attempt: 0 }, 200_000);
  expect(slice).toMatchObject({ nextOffset: 200_000 + 48 * 1_024, totalBytes: 256 * 1_024 });
});
