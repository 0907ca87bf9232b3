// How long the gate may take that a trial is in: by the new ones, by those handed over alone, or by the old ones on the way back.
import { expect, test } from 'vitest';
import { limitOfGateMs } from '#domain/updates/gate-limit.ts';
import type { WantedModule } from '#domain/updates/plan-input.ts';
import { newTrial, type TrialPhase } from '#domain/updates/update-trial.ts';
import { comingOf } from '#test/support/trial-input.ts';
import { aWantedModule } from '#test/support/wanted-module.ts';

const settling = (name: string, seconds: string): WantedModule =>
  aWantedModule({ name, createOptions: { Labels: { 'lanyard.settle-seconds': seconds } } });

const slow = settling('slow', '3600');
const handedOver = settling('web', '600');
const input = {
  wanted: [settling('web', '60')],
  coming: comingOf({ modules: [slow, handedOver], settleMs: 10_000 }),
};

test.each<[TrialPhase, number | null]>([
  ['stage', null],
  ['beside', 1_800_000],
  ['switch', null],
  ['verify', 10_800_000],
  ['back', null],
  ['recover', 180_000],
])('when the trial is in %s, its gate may take %s ms', (phase, limitMs) => {
  expect(limitOfGateMs({ ...input, trial: { ...newTrial, phase, beside: ['web'] } })).toBe(limitMs);
});

test('when nothing comes, or nothing is known to go back to, that is no gate, or the shortest', () => {
  expect(limitOfGateMs({ ...input, trial: null })).toBeNull();
  expect(limitOfGateMs({ ...input, coming: null, trial: { ...newTrial, phase: 'verify' } })).toBeNull();
  expect(limitOfGateMs({ wanted: null, coming: null, trial: { ...newTrial, phase: 'recover' } })).toBe(60_000);
});
