// When a round ends: what it could not learn stays as the hub has it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAgentMemory } from '#agent/agent-memory.ts';
import { createAgentReporter, type AgentReporter } from '#agent/agent-reporter.ts';
import { createStateFile } from '#agent/state-file.ts';
import type { JsonObject } from '#base/json.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { aContainer, createFakeEngine } from '#test/support/fake-engine.ts';
import { readAgentConfiguration } from '#domain/manifests/module-spec.ts';
import { strictPolicy } from '#domain/manifests/device-policy.ts';

let dir: string;
let sent: JsonObject[];
let reporter: AgentReporter;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'reporter-'));
  const file = createStateFile({ dir, deviceId: 'd1' });
  sent = [];
  reporter = createAgentReporter({
    engine: createFakeEngine(() => 0),
    memory: createAgentMemory((await file.load()).state, file),
    clock: createFakeClock(),
    log: pino({ level: 'silent' }),
    send(report) {
      sent.push(report);
      return Promise.resolve();
    },
  });
});

afterEach(async () => {
  await rm(dir, { recursive: true });
});

const none = { totalBytes: 9, unpacked: 0, layers: [] };
const quiet = { hold: null, gateLimitMs: null, transferred: { ...none, doneBytes: 0 } };
const desired = { schemaVersion: '1.1', modules: { web: { settings: { image: 'web:1' } } } };

test('when it was never told what to run, it takes nothing away from what the hub knows', () => {
  reporter.roundEnded({
    ...quiet,
    configuration: null,
    version: null,
    outcome: null,
    containers: [aContainer()],
    notes: {},
  });
  expect(sent).toEqual([]);
});

test('when the engine cannot be asked, what it showed last stands', () => {
  const read = readAgentConfiguration(desired, strictPolicy);
  const configuration = read.ok ? read.value : null;
  const outcome = { code: 200, description: '' } as const;
  reporter.roundEnded({ ...quiet, configuration, version: 1, outcome, containers: [aContainer()], notes: {} });
  const failed = { code: 500, description: 'The engine is not running.' } as const;
  reporter.roundEnded({ ...quiet, configuration, version: 1, outcome: failed, containers: null, notes: {} });
  expect(sent).toMatchObject([
    { lastDesiredStatus: outcome, modules: { web: { runtimeStatus: 'running' } } },
    { lastDesiredStatus: failed, modules: { web: { runtimeStatus: 'running' } } },
  ]);
});

test('when more has come between rounds, it is told with all else as it was', () => {
  const read = readAgentConfiguration(desired, strictPolicy);
  const configuration = read.ok ? read.value : null;
  const outcome = { code: 200, description: '' } as const;
  reporter.hasTransferred({ ...none, doneBytes: 1 });
  expect(sent).toEqual([]);
  reporter.roundEnded({ ...quiet, configuration, version: 1, outcome, containers: [aContainer()], notes: {} });
  reporter.hasTransferred({ ...none, doneBytes: 2 });
  expect(sent).toHaveLength(2);
  expect(sent[1]).toMatchObject({ lastDesiredStatus: outcome, modules: { web: { runtimeStatus: 'running' } } });
});
