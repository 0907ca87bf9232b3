// The agent's state on disk: what was saved is what is read, whatever its modules are called.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createStateFile, type AgentState } from '#agent/state-file.ts';
import type { JsonObject } from '#base/json.ts';
import { newCourse, type UpdateCourse } from '#domain/updates/update-course.ts';
import { newTrial } from '#domain/updates/update-trial.ts';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'agent-state-'));
});
afterEach(() => rm(dir, { recursive: true }));

function courseOf(module: string, value: JsonObject): Partial<UpdateCourse> {
  const failure = { code: 'exited', module, detail: 'code 1' } as const;
  const trial = {
    ...newTrial,
    hashes: Object.fromEntries([[module, 'h']]),
    exitsBefore: Object.fromEntries([[module, 1]]),
    failure,
    revision: { version: 3, value },
    number: 7,
    startedAtMs: 1,
    doneBytes: 5,
  };
  return { proven: { version: 2, value }, trial, attempts: 7 };
}

function aState(module: string): AgentState {
  const lastEnd = { finishedAtMs: 4, exitCode: 139 };
  const counted = { restartCount: 2, lastRestartAtMs: 5, stoppedRunAtMs: null };
  const record = { specHash: 'h', ...counted, everStarted: true, lastEnd };
  const value = { modules: Object.fromEntries([[module, { settings: { image: 'a:1' } }]]) };
  return {
    format: 1,
    deviceId: 'd1',
    desired: { version: 3, value },
    lastGood: { version: 2, value },
    restarts: Object.fromEntries([[module, record]]),
    moduleKeys: Object.fromEntries([[module, 'a2V5']]),
    course: { ...newCourse, ...courseOf(module, value) },
    images: { brought: Object.fromEntries([[module, { id: 'sha256:1' }]]), proven: ['a:1'], before: [] },
  };
}

test.each(['web', '__proto__'])('when the state of a module %s is saved, a new agent reads all of it', async (name) => {
  await createStateFile({ dir, deviceId: 'd1' }).save(aState(name));
  const { state, problem } = await createStateFile({ dir, deviceId: 'd1' }).load();
  expect([JSON.stringify(state), problem]).toEqual([JSON.stringify(aState(name)), null]);
});

test('when the file is of another device, it is set aside and told', async () => {
  await createStateFile({ dir, deviceId: 'd1' }).save(aState('web'));
  const { state, problem } = await createStateFile({ dir, deviceId: 'd2' }).load();
  expect(state).toMatchObject({ deviceId: 'd2', desired: null });
  expect(problem).toContain("belongs to device 'd1'");
});

test('when the file is of an agent that knew no trials, what it ran counts as proven', async () => {
  const { course: _course, ...old } = aState('web');
  await writeFile(join(dir, 'agent-state.json'), JSON.stringify(old));
  const { state, problem } = await createStateFile({ dir, deviceId: 'd1' }).load();
  expect(problem).toBe(null);
  expect(state).toEqual({ ...old, course: { ...newCourse, proven: old.lastGood } });
});
