// What a device reports fits into a twin, however many modules it has and whatever its engine says.
import { describe, expect, test } from 'vitest';
import { isJsonObject, type JsonObject } from '#base/json.ts';
import { edgeAgentReport, edgeHubReport, type AgentReport } from '#domain/updates/agent-report.ts';
import { endOfRun } from '#domain/updates/agent-state.ts';
import { readAgentConfiguration } from '#domain/manifests/module-spec.ts';
import { strictPolicy } from '#domain/manifests/device-policy.ts';
import { contentProblems, sizeProblem } from '#domain/values/twin-limits.ts';
import { aContainer } from '#test/support/fake-engine.ts';

function reportOf(modules: JsonObject, note = '', overrides: Partial<AgentReport> = {}): JsonObject {
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
    attempt: null,
    isStopping: false,
    nowMs: 0,
    toIso: (epochMs) => new Date(epochMs).toISOString(),
    ...overrides,
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
  test('when an attempt was made, it stands beside what IoT Edge reports', () => {
    expect(reportOf({}, '', { attempt: { version: 2 } })['lanyard']).toMatchObject({
      preflight: 1,
      attempt: { version: 2 },
    });
    const { version, lanyard } = reportOf({});
    expect(lanyard).toEqual({ agent: (version as JsonObject)['version'], preflight: 1 });
  });

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

  const web = { web: { settings: { image: 'web:1' } } };
  const webOf = (overrides: Partial<AgentReport>): unknown => ownModule(reportOf(web, '', overrides), 'web');

  test.each([
    [{}, 'running', 'running'],
    [{ health: 'healthy' }, 'running', 'running (healthy)'],
    [{ state: 'exited', exitCode: 3, finishedAtMs: 1_000 }, 'backoff', 'exited with code 3'],
    [{ state: 'created', startedAtMs: 0 }, 'stopped', 'created'],
    [{ state: 'paused' }, 'unknown', 'paused'],
    [{ state: 'restarting' }, 'running', 'restarting'],
    [{ state: 'removing' }, 'dead', 'removing'],
    [{ state: 'dead' }, 'dead', 'dead'],
  ] as const)('when its container is %j, a module is %s: %s', (overrides, runtimeStatus, statusDescription) => {
    const containers = [aContainer({ module: 'web', name: 'web', ...overrides })];
    expect(webOf({ containers, nowMs: 2_000 })).toMatchObject({ runtimeStatus, statusDescription });
  });

  test('when it has no container, a module is unknown and was never started', () => {
    const module = webOf({ containers: [] });
    expect(module).toMatchObject({ runtimeStatus: 'unknown', statusDescription: '', exitCode: 0, restartCount: 0 });
    expect(module).not.toHaveProperty('lastStartTimeUtc');
    expect(module).not.toHaveProperty('settings.imageHash');
  });

  test('when a container of another module has its name, it is not taken for its own', () => {
    expect(webOf({ containers: [aContainer({ module: 'db', name: 'web' })] })).toMatchObject({
      runtimeStatus: 'unknown',
    });
    expect(webOf({ containers: [aContainer({ module: 'web', name: 'web.next' })] })).toMatchObject({
      runtimeStatus: 'unknown',
    });
  });

  test('when it ran and was restarted, the times are told', () => {
    const containers = [aContainer({ state: 'exited', startedAtMs: 1_000, finishedAtMs: 2_000, specHash: 'h' })];
    const record = { specHash: 'h', restartCount: 2, lastRestartAtMs: 1_000, stoppedRunAtMs: null, everStarted: true };
    expect(webOf({ containers, restarts: { web: record }, nowMs: 3_000 })).toMatchObject({
      lastStartTimeUtc: '1970-01-01T00:00:01.000Z',
      lastExitTimeUtc: '1970-01-01T00:00:02.000Z',
      lastRestartTimeUtc: '1970-01-01T00:00:01.000Z',
      restartCount: 2,
    });
  });

  const crash = { finishedAtMs: 2_000, exitCode: 139 };
  test.each([
    ['runs again after it', {}, crash, 139],
    ['is paused after it', { state: 'paused' }, crash, 139],
    ['runs after an end that nobody saw', { finishedAtMs: 2_500 }, crash, 0],
    ['runs, and no end of it was ever kept', {}, undefined, 0],
    ['has ended since with a code of its own', { state: 'exited', exitCode: 3, finishedAtMs: 4_000 }, crash, 3],
  ] as const)('when a module crashed and %s, the code beside the time is that of its last end', (...given) => {
    const [, overrides, lastEnd, exitCode] = given;
    const containers = [aContainer({ startedAtMs: 3_000, finishedAtMs: 2_000, specHash: 'h', ...overrides })];
    const record = { specHash: 'h', restartCount: 2, lastRestartAtMs: 3_000, stoppedRunAtMs: null, everStarted: true };
    const restarts = { web: { ...record, lastEnd } };
    expect(webOf({ containers, restarts, nowMs: 5_000 })).toMatchObject({ exitCode });
  });

  test.each([
    ['has ended', { state: 'exited', exitCode: 139, finishedAtMs: 2_000 }, crash],
    ['runs, ended before', { exitCode: 0, finishedAtMs: 2_000 }, null],
    ['was never started', { state: 'created', startedAtMs: 0 }, null],
  ] as const)('when a container %s, its end is kept where there is one to keep', (_what, overrides, end) => {
    expect(endOfRun(aContainer(overrides))).toEqual(end);
  });

  test('when the agent stops, what runs from here on is not known', () => {
    const report = reportOf(web, '', { isStopping: true });
    expect(ownModule(report, 'web')).toMatchObject({ runtimeStatus: 'unknown' });
    expect(report['systemModules']).toMatchObject({
      edgeAgent: { runtimeStatus: 'unknown' },
      edgeHub: { runtimeStatus: 'unknown' },
    });
  });

  test('when start-up order is given, it is told; when nothing was applied yet, neither is that', () => {
    const report = reportOf({ web: { settings: { image: 'web:1' }, startupOrder: 3 } }, '', {
      lastDesiredVersion: null,
      lastDesiredStatus: null,
    });
    expect(ownModule(report, 'web')).toMatchObject({ startupOrder: 3 });
    expect(report).not.toHaveProperty('lastDesiredVersion');
    expect(report).not.toHaveProperty('lastDesiredStatus');
  });

  test('when credentials of registries are wanted, they are not told back', () => {
    const settings = { minDockerVersion: 'v1.25', registryCredentials: { site: { password: 'secret' } } };
    const report = reportOf(web, '', { runtime: { type: 'docker', settings } });
    expect(JSON.stringify(report)).not.toContain('secret');
    expect(report).toMatchObject({ runtime: { settings: { minDockerVersion: 'v1.25' } } });
    for (const odd of ['x', null, []])
      expect(reportOf(web, '', { runtime: { settings: odd } })).toMatchObject({ runtime: { settings: {} } });
  });

  test('when system modules are wanted with settings, they are told back', () => {
    const wanted = { settings: { image: 'agent:1' }, env: { A: { value: '1' } }, imagePullPolicy: 'never' };
    const report = reportOf(web, '', { systemModules: { edgeAgent: wanted, edgeHub: 'x' } });
    expect(report).toMatchObject({ systemModules: { edgeAgent: wanted, edgeHub: { imagePullPolicy: 'on-create' } } });
    for (const odd of [null, []])
      expect(reportOf(web, '', { systemModules: { edgeAgent: odd } })).toMatchObject({
        systemModules: { edgeAgent: { runtimeStatus: 'running' } },
      });
  });

  test('when create options are long, they are told in the parts they came in', () => {
    const createOptions = JSON.stringify({ Labels: { note: 'x'.repeat(1_000) } });
    const module = ownModule(reportOf({ web: { settings: { image: 'web:1', createOptions } } }), 'web');
    expect(module).toMatchObject({
      settings: {
        createOptions: createOptions.slice(0, 512),
        createOptions01: createOptions.slice(512, 1_024),
      },
    });
  });

  test('when a part of create options would end within a character, or a note holds half of one, no twin refuses it', () => {
    const createOptions = JSON.stringify({ Labels: { note: `${'x'.repeat(490)}${'🔧'.repeat(40)}` } });
    const report = reportOf({ web: { settings: { image: 'web:1', createOptions } } }, '', {
      notes: { web: 'cannot start \ud83d' },
    });
    const { settings, statusDescription } = ownModule(report, 'web') as {
      readonly settings: Readonly<Record<string, string>>;
      readonly statusDescription: string;
    };
    expect(`${settings['createOptions']}${settings['createOptions01']}`).toBe(createOptions);
    expect(statusDescription).toBe('cannot start \ufffd');
    expect(contentProblems('properties.reported', report)).toEqual([]);
  });
});

describe('edgeHubReport', () => {
  test('when a desired version was taken, it says so; before that it does not', () => {
    expect(edgeHubReport({ agentVersion: '1', lastDesiredVersion: 4 })).toMatchObject({
      lastDesiredVersion: 4,
      lastDesiredStatus: { code: 200, description: '' },
    });
    expect(edgeHubReport({ agentVersion: '1', lastDesiredVersion: null })).toEqual({
      schemaVersion: '1.2',
      version: { version: '1', build: '', commit: '' },
    });
  });
});

function ownModule(report: JsonObject, name: string): unknown {
  return isJsonObject(report['modules']) ? report['modules'][name] : undefined;
}
