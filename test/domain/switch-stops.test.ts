// Who has a say in a switch: the containers that it stops, and locks of their present run.
import { expect, test } from 'vitest';
import { isOfThisRun, stoppedBySwitch } from '#domain/updates/switch-stops.ts';
import type { ObservedContainer } from '#domain/updates/agent-state.ts';
import type { Coming } from '#domain/updates/update-trial.ts';
import { aContainer } from '#test/support/fake-engine.ts';
import { comingOf, old, stranger, successor } from '#test/support/trial-input.ts';
import { aWantedModule } from '#test/support/wanted-module.ts';

const withoutWeb: Coming = comingOf({ modules: [] });

test.each<[string, ObservedContainer, Coming | null, string[]]>([
  ['its module changes', old, comingOf(), ['old']],
  ['its module is paused', { ...old, state: 'paused' }, comingOf(), ['old']],
  ['its module is no longer wanted', old, withoutWeb, ['old']],
  ['its module’s key is not known', old, comingOf({ modules: [aWantedModule({}, null)] }), ['old']],
  [
    'its module is to stand still',
    old,
    comingOf({ modules: [aWantedModule({ status: 'stopped' }, 'hash-0')] }),
    ['old'],
  ],
  ['its module stays as it is', old, comingOf({ modules: [aWantedModule({}, 'hash-0')] }), []],
  ['it does not run', { ...old, state: 'exited' }, comingOf(), []],
  ['it is a successor', { ...successor, state: 'running' }, comingOf(), []],
  ['it is somebody else’s', stranger('web'), withoutWeb, []],
  ['nothing is coming', old, null, []],
])('when %s, the switch stops %#', (_title, container, coming, stopped) => {
  expect(stoppedBySwitch({ coming, containers: [container] }).map(({ id }) => id)).toEqual(stopped);
});

const second = aContainer({ startedAtMs: 50_000, finishedAtMs: 40_000 });

test.each([
  ['since its start', aContainer({ startedAtMs: 50_000 }), 50_001, true],
  ['while the engine noted its start', aContainer({ startedAtMs: 50_000 }), 49_500, true],
  ['before its start', aContainer({ startedAtMs: 50_000 }), 48_999, false],
  ['in the run before', second, 39_999, false],
  ['at the very end of the run before', { ...second, startedAtMs: 40_300 }, 40_000, false],
  ['after a run that ended by a clock that was set back', { ...second, finishedAtMs: 900_000 }, 55_000, true],
  ['by a clock that was since set back', aContainer({ startedAtMs: 70_000 }), 55_000, true],
])('when a lock was written %s, it is told whether it counts', (_title, container, writtenAtMs, isCounted) => {
  expect(isOfThisRun(container, writtenAtMs, 60_000)).toBe(isCounted);
});
