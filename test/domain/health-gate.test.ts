// What passes the gate of a new revision, what fails it, and how long it may take.
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { plan } from '#domain/updates/agent-plan.ts';
import type { ObservedContainer } from '#domain/updates/agent-state.ts';
import { gateLimitMs, judgeGate, settleMsOf, standsInWords, type GateView } from '#domain/updates/health-gate.ts';
import type { ModuleSpec } from '#domain/manifests/module-spec.ts';
import { aContainer } from '#test/support/fake-engine.ts';
import { fresh, parked, switched, trialInput } from '#test/support/trial-input.ts';
import { aWantedModule } from '#test/support/wanted-module.ts';

const spec = (overrides: Partial<ModuleSpec> = {}): ModuleSpec => aWantedModule(overrides).spec;
const view = (overrides: Partial<GateView> = {}): GateView => ({
  ranForMs: 4_000,
  restarts: 0,
  settleMs: 10_000,
  ...overrides,
});
const exited = (exitCode: number): Partial<ObservedContainer> => ({ state: 'exited', exitCode });

const verdicts: [string, Partial<ModuleSpec>, Partial<ObservedContainer>, Partial<GateView>, string][] = [
  ['has run for its settle time', {}, {}, { ranForMs: 10_000 }, 'passed'],
  ['has run a moment too short', {}, {}, { ranForMs: 9_999 }, 'waiting 1'],
  ['is healthy, but not for long', {}, { health: 'healthy' }, {}, 'waiting 6000'],
  ['is still starting by its health check', {}, { health: 'starting' }, { ranForMs: 60_000 }, 'waiting null'],
  ['is unhealthy', {}, { health: 'unhealthy' }, { ranForMs: 60_000 }, 'failed unhealthy'],
  ['is paused', {}, { state: 'paused' }, { ranForMs: 60_000 }, 'waiting null'],
  ['was made and not started', {}, { state: 'created' }, {}, 'waiting null'],
  ['ended once', {}, exited(1), {}, 'waiting null'],
  ['ended, was unhealthy and will be started again', {}, { ...exited(1), health: 'unhealthy' }, {}, 'waiting null'],
  ['ended a second time', {}, exited(1), { restarts: 1 }, 'failed restart-loop'],
  ['runs after two restarts', {}, {}, { restarts: 2 }, 'failed restart-loop'],
  ['ended well again and again', {}, exited(0), { restarts: 1 }, 'failed restart-loop'],
  ['ended badly and is never started again', { restartPolicy: 'never' }, exited(2), {}, 'failed exited'],
  ['did its work once', { restartPolicy: 'never' }, exited(0), {}, 'passed'],
  ['did its work once, and only failure starts it again', { restartPolicy: 'on-failure' }, exited(0), {}, 'passed'],
  ['should be stopped and is', { status: 'stopped' }, exited(137), {}, 'passed'],
  ['should be stopped and runs', { status: 'stopped' }, {}, { ranForMs: 60_000 }, 'waiting null'],
];

describe('judgeGate', () => {
  test.each(verdicts)('when a module %s', (_title, given, container, seen, expected) => {
    const verdict = judgeGate(spec(given), aContainer(container), view(seen));
    const detail = { passed: '', waiting: '', failed: '' };
    if (verdict.kind === 'waiting') detail.waiting = ` ${verdict.waitMs}`;
    if (verdict.kind === 'failed') detail.failed = ` ${verdict.failure.code}`;
    expect(`${verdict.kind}${detail[verdict.kind]}`).toBe(expected);
  });
});

test.each([
  ['wrote nothing', '', ''],
  ['wrote blanks alone', ' \n\t', ''],
  ['wrote what is wrong', 'no route to host\n', ', which said last: no route to host'],
  ['wrote for a terminal', 'a\u001b[31m\u0000b\r\nc\ud800', ', which said last: a [31m b c\ufffd'],
])('when a health check that fails %s, its failure says so on one line', (_title, healthOutput, detail) => {
  const verdict = judgeGate(spec(), aContainer({ health: 'unhealthy', healthOutput }), view());
  expect(verdict).toEqual({ kind: 'failed', failure: { code: 'unhealthy', module: spec().name, detail } });
});

test.each<[string, Partial<ObservedContainer>, string]>([
  ['runs without a health check', {}, ''],
  ['was not there for long enough', { state: 'created' }, ', and is created'],
  ['has a check that says nothing', { health: 'starting' }, ', while its health check had not passed yet'],
  [
    'has a check that complains',
    { health: 'starting', healthOutput: 'no route\n' },
    ', while its health check had not passed yet, which said last: no route',
  ],
])('when the time is up for a module that %s, its failure says where it stands', (_title, container, words) => {
  expect(standsInWords(aContainer(container))).toBe(words);
});

test('when a health check writes a book, its failure says the beginning of it', () => {
  const verdict = judgeGate(spec(), aContainer({ health: 'unhealthy', healthOutput: 'x'.repeat(100_000) }), view());
  expect(JSON.stringify(verdict).length).toBeLessThan(1000);
  const sick = aContainer({ health: 'unhealthy' });
  expect(judgeGate(spec(), sick, view())).toMatchObject({ failure: { detail: '' } });
});

const settles: [string, JsonObject, number][] = [
  ['no label, as given', {}, 10_000],
  ['no such label, as given', { Labels: { other: '5' } }, 10_000],
  ['seconds, those', { Labels: { 'lanyard.settle-seconds': '30' } }, 30_000],
  ['more than a day, a day', { Labels: { 'lanyard.settle-seconds': '100000' } }, 86_400_000],
  ['no number, as given', { Labels: { 'lanyard.settle-seconds': 'long' } }, 10_000],
  ['a number that is no text, as given', { Labels: { 'lanyard.settle-seconds': 5 } }, 10_000],
];
test.each(settles)('when the settle label says %s', (_title, createOptions, expected) => {
  expect(settleMsOf({ createOptions }, 10_000)).toBe(expected);
});

const limits: [string, JsonObject[], number, number][] = [
  ['nothing is slow', [{}], 10_000, 60_000],
  ['the settle time is long', [{}], 30_000, 90_000],
  ['a label is longer', [{ Labels: { 'lanyard.settle-seconds': '40' } }], 10_000, 120_000],
  ['a check is slow', [{}, { Healthcheck: { StartPeriod: 60e9, Interval: 30e9, Retries: 3 } }], 10_000, 180_000],
  ['a check says nothing, as Docker does it', [{ Healthcheck: { Test: ['CMD', 'true'] } }], 10_000, 120_000],
  ['a check says zero, as Docker does it', [{ Healthcheck: { Interval: 0, Retries: 0 } }], 10_000, 120_000],
];
test.each(limits)('when %s, the gate takes so long at most', (_title, options, settleMs, expected) => {
  const specs = options.map((createOptions) => ({ createOptions }));
  expect(gateLimitMs(specs, settleMs)).toBe(expected);
});

test('when time is up for a module whose health check never passed, the reason says what the check said last', () => {
  const trial = { ...switched, phase: 'verify' } as const;
  const waiting = { ...fresh, health: 'starting', healthOutput: 'no route' } as const;
  const [step] = plan(trialInput(trial, { containers: [parked, waiting], phaseForMs: 60_000 })).steps;
  expect(step).toMatchObject({
    trial: { failure: { detail: '60 s, while its health check had not passed yet, which said last: no route' } },
  });
});
