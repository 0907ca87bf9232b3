// What a device reports fits into a twin, however many modules it has and whatever its engine says.
import { describe, expect, test } from 'vitest';
import { isJsonObject, type JsonObject } from '#base/json.ts';
import { edgeAgentReport } from '#domain/agent-report.ts';
import { readAgentConfiguration } from '#domain/module-spec.ts';
import { strictPolicy } from '#domain/device-policy.ts';
import { contentProblems, sizeProblem } from '#domain/twin-limits.ts';
import { aContainer } from '#test/support/fake-engine.ts';

function reportOf(modules: JsonObject, note = ''): JsonObject {
  const read = readAgentConfiguration({ schemaVersion: '1.1', modules }, strictPolicy);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const wanted = read.value.modules;
  return edgeAgentReport({
    agentVersion: '1',
    engine: { os: 'linux', architecture: 'x86_64', version: '1' },
    runtime: {},
    systemModules: {},
    lastDesiredVersion: 1,
    lastDesiredStatus: { code: 500, description: note.repeat(2) },
    wanted,
    containers: wanted.map(({ name }) => aContainer({ module: name, name, imageId: `sha256:${'0'.repeat(64)}` })),
    restarts: {},
    notes: note === '' ? {} : Object.fromEntries(wanted.map(({ name }) => [name, note])),
    isStopping: false,
    nowMs: 0,
    toIso: (epochMs) => new Date(epochMs).toISOString(),
  });
}

/** Fifty modules, so much in each that the desired section just fits. */
function fifty(settings: JsonObject, env: JsonObject): JsonObject {
  const names = Array.from({ length: 50 }, (_, index) => `module-${index}`);
  return Object.fromEntries(names.map((name) => [name, { settings: { image: 'web:1', ...settings }, env }]));
}

const options = { createOptions: JSON.stringify({ Labels: { note: 'x'.repeat(500) } }) };
const variables = { PLACE: { value: 'y'.repeat(500) } };

describe('edgeAgentReport', () => {
  test('when it is small, it repeats options and variables', () => {
    const { modules } = reportOf({ web: { settings: { image: 'web:1', ...options }, env: variables } });
    expect(modules).toMatchObject({ web: { settings: { createOptions: expect.any(String) }, env: variables } });
  });

  test.each([
    ['options', fifty(options, {}), ''],
    ['variables', fifty({}, variables), ''],
    ['long failures', fifty({}, {}), '字'.repeat(5_000)],
  ])('when fifty modules have %s, the hub still takes all of them', (_title, modules, note) => {
    const report = reportOf(modules, note);
    expect(sizeProblem('properties.reported', report)).toBeUndefined();
    expect(contentProblems('properties.reported', report)).toEqual([]);
    const reported = isJsonObject(report['modules']) ? Object.values(report['modules']) : [];
    expect(reported).toHaveLength(50);
    for (const module of reported)
      expect(module).toMatchObject({ runtimeStatus: 'running', settings: { image: 'web:1' } });
  });
});
