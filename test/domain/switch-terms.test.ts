// New terms for what is under way, such as a person's "now": the same content again, as another version.
import { expect, test } from 'vitest';
import { plan } from '#domain/updates/agent-plan.ts';
import { newTrial } from '#domain/updates/update-trial.ts';
import { planText } from '#test/support/plan-text.ts';
import { comingOf, noImages, trialInput } from '#test/support/trial-input.ts';

const pulls = { images: noImages, pulling: new Set(['web:1', 'web:9']) };

test.each([
  ['the trial is given up for it', newTrial, comingOf({ isStillWanted: false }), ['end given up']],
  ['the next trial begins', null, comingOf(), ['begin']],
  ['the next trial knows what it needs', newTrial, comingOf(), ["cancel pull of image 'web:9'"]],
])('when %s, its download goes on', (_title, trial, coming, steps) => {
  expect(planText(plan({ ...trialInput(newTrial, pulls), trial, coming }).steps)).toEqual(steps);
});
