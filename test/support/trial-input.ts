// A device in the middle of an update, as the planner sees it: `web` goes from web:0 to web:1.
import type { Json } from '#base/json.ts';
import type { ObservedContainer } from '#domain/updates/agent-state.ts';
import type { PlanInput, WantedModule } from '#domain/updates/plan-input.ts';
import { strategyLabel } from '#domain/manifests/update-strategy.ts';
import { newTrial, type Coming, type Trial } from '#domain/updates/update-trial.ts';
import { aContainer } from './fake-engine.ts';
import { aWantedModule } from './wanted-module.ts';

export const old = aContainer({ id: 'old', specHash: 'hash-0', image: 'web:0' });
export const oldStopped: ObservedContainer = { ...old, state: 'exited', exitCode: 137, finishedAtMs: 2_000 };
export const parked: ObservedContainer = { ...oldStopped, name: 'web.prev' };
export const successor = aContainer({ id: 'next', name: 'web.next', state: 'created', startedAtMs: 0 });
export const unstarted: ObservedContainer = { ...successor, name: 'web' };
export const fresh = aContainer({ id: 'next' });
export const stranger = (name: string): ObservedContainer => aContainer({ id: `his ${name}`, name, module: null });

export function comingOf(overrides: Partial<Coming> = {}): Coming {
  return {
    modules: [aWantedModule()],
    settleMs: 10_000,
    tries: 3,
    isHeld: false,
    isStillWanted: true,
    ...overrides,
  };
}

export const switched: Trial = {
  ...newTrial,
  phase: 'switch',
  hasSwitched: true,
  hashes: { web: 'hash-1' },
  exitsBefore: { web: 0 },
};

export function trialInput(trial: Trial, overrides: Partial<PlanInput> = {}): PlanInput {
  return {
    wanted: [aWantedModule({ image: 'web:0' }, 'hash-0')],
    coming: comingOf(),
    trial,
    canGoBack: true,
    canRemember: true,
    phaseForMs: 0,
    ranForMs: new Map(),
    containers: [old],
    images: new Map([['web:1', 'linux/amd64']]),
    platform: 'linux/amd64',
    pulling: new Set(),
    restarts: {},
    attempts: new Map(),
    nowMs: 1_000_000,
    monotonicMs: 500_000,
    ...overrides,
  };
}

export const failedOften = (key: string, count: number): PlanInput['attempts'] =>
  new Map([[key, { count, lastAtMonotonicMs: 0, message: 'no room' }]]);
export const record = {
  specHash: 'hash-1',
  restartCount: 0,
  lastRestartAtMs: null,
  stoppedRunAtMs: null,
  everStarted: true,
};
export const endless = comingOf({ tries: null });
export const never = aWantedModule({ imagePullPolicy: 'never' });
export const noImages: PlanInput['images'] = new Map();

/** A module that names its strategy, with what it binds to port 80. */
export function labelled(strategy: string, ports?: Json): WantedModule {
  const bindings = ports === undefined ? {} : { HostConfig: { PortBindings: { '80/tcp': ports } } };
  return aWantedModule({ createOptions: { Labels: { [strategyLabel]: strategy }, ...bindings } });
}

export const killing: Trial = { ...switched, phase: 'yield', yields: { web: null } };
export const deleting: Trial = { ...switched, phase: 'yield', yields: { web: 'web:0' } };
/** The successor, running beside the old one. */
export const running = { ...successor, state: 'running', startedAtMs: 3_000 } as const;
export const oldAndNewImage: PlanInput['images'] = new Map([
  ['web:0', null],
  ['web:1', null],
]);

/** A set of that module alone. */
export function comingBy(strategy: string): Coming {
  return comingOf({ modules: [labelled(strategy)] });
}
