// Which strategies are refused, in which words, and that nothing is done before.
import { describe, expect, test } from 'vitest';
import type { Json } from '#base/json.ts';
import { plan } from '#domain/updates/agent-plan.ts';
import type { WantedModule } from '#domain/updates/plan-input.ts';
import { reasonOf } from '#domain/manifests/update-reason.ts';
import { newTrial } from '#domain/updates/update-trial.ts';
import { strategyLabel, updateStrategies } from '#domain/manifests/update-strategy.ts';
import { planText } from '#test/support/plan-text.ts';
import { comingOf, labelled, noImages, trialInput } from '#test/support/trial-input.ts';
import { aWantedModule } from '#test/support/wanted-module.ts';

const refusalOf = (module: WantedModule) => {
  const next = plan(trialInput(newTrial, { images: noImages, coming: comingOf({ modules: [module], tries: null }) }));
  const [step, ...others] = next.steps;
  expect(others).toEqual([]);
  return step?.kind === 'enterPhase' ? step.trial : undefined;
};

describe('a strategy that cannot work', () => {
  test('when the word is unknown, it is refused before anything is fetched, and the four are named', () => {
    const trial = refusalOf(labelled('delete-and-pray'));
    expect(trial).toMatchObject({ phase: 'back', failure: { code: 'unknown-strategy', module: 'web' } });
    const failure = trial?.failure ?? null;
    const message = failure === null ? '' : reasonOf(failure).message;
    expect(message).toBe(
      "While preparing, module 'web' names the update strategy 'delete-and-pray', which is none of download-then-kill, " +
        'kill-then-download, delete-then-download, hand-over.',
    );
    expect(planText(plan(trialInput(trial ?? newTrial)).steps)).toEqual(['end refused']);
  });

  test('when the word is long, it is cut', () => {
    expect(refusalOf(labelled('x'.repeat(500)))?.failure?.detail.length).toBe(66);
  });

  test.each<[string, Json]>([
    ['8080', [{ HostPort: '8080' }]],
    ['080', [{ HostPort: '' }, { HostIp: '127.0.0.1', HostPort: '080' }]],
  ])('when one that is handed over asks for port %s of the host, it is refused', (port, ports) => {
    const trial = refusalOf(labelled('hand-over', ports));
    expect(trial?.failure).toEqual({ code: 'hand-over-port', module: 'web', detail: port });
    expect(planText(plan(trialInput(trial ?? newTrial)).steps)).toEqual(['end refused']);
  });

  test.each<[string, WantedModule]>([
    ['the engine chooses the port', labelled('hand-over', [{ HostPort: '0' }, { HostPort: '' }, {}])],
    ['the engine chooses out of a range', labelled('hand-over', [{ HostPort: '8000-8010' }])],
    ['the bindings are none', labelled('hand-over', null)],
    ['a binding is none', labelled('hand-over', ['8080'])],
    ['no port is bound', labelled('hand-over')],
    ['another strategy binds a port', labelled('download-then-kill', [{ HostPort: '8080' }])],
    ['there is no label', aWantedModule({ createOptions: { Labels: {} } })],
    ['the label is no text', aWantedModule({ createOptions: { Labels: { [strategyLabel]: 7 } } })],
  ])('when %s, it is not refused', (_title, module) => {
    expect(refusalOf(module)).toBe(undefined);
  });

  test.each(updateStrategies)('when the word is %s, it is not refused', (strategy) => {
    expect(refusalOf(labelled(strategy))?.failure ?? null).toBe(null);
  });
});
