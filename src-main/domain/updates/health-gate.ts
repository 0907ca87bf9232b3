// The gate that a new revision must pass: each module runs for its settle time in one go, does not end twice on the way, and
// is healthy where it has a health check. Judged by how long the agent saw it run, never by clocks that somebody sets.
import { isJsonObject, type Json } from '#base/json.ts';
import { labelOf } from '#domain/manifests/module-label.ts';
import type { ModuleSpec } from '#domain/manifests/module-spec.ts';
import type { UpdateFailure } from '#domain/manifests/update-reason.ts';
import { plainText } from '#domain/values/plain-text.ts';
import { isAlive, type ObservedContainer } from './agent-state.ts';

const settleLabel = 'lanyard.settle-seconds';
/** One end may be an accident: a database that was not up yet. */
export const exitsOfLoop = 2;
const shortestLimitMs = 60_000;
/** Where nobody says. */
export const usualSettleMs = 10_000;
const longestSettleS = 86_400;

export type GateVerdict =
  | { readonly kind: 'passed' }
  /** `waitMs`: when to look again though nothing happens. */
  | { readonly kind: 'waiting'; readonly waitMs: number | null }
  | { readonly kind: 'failed'; readonly failure: UpdateFailure };

export interface GateView {
  /** How long the present run has lasted, as far as this agent saw. */
  readonly ranForMs: number;
  /** Restarts in this trial. */
  readonly restarts: number;
  readonly settleMs: number;
}

/**
 * Where the module's container stands.
 * Example: runs for 4 s without a health check, settle time 10 s → waiting, look again in 6 s.
 */
export function judgeGate(
  spec: Pick<ModuleSpec, 'name' | 'status' | 'restartPolicy'>,
  container: ObservedContainer,
  { ranForMs, restarts, settleMs }: GateView,
): GateVerdict {
  const alive = isAlive(container);
  if (spec.status === 'stopped') return alive ? waiting(null) : { kind: 'passed' };
  const hasEnded = container.state === 'exited';
  const isOnce = spec.restartPolicy === 'never' || spec.restartPolicy === 'on-failure';
  if (hasEnded && isOnce && container.exitCode === 0) return { kind: 'passed' };
  const ended = `code ${container.exitCode}`;
  if (hasEnded && spec.restartPolicy === 'never') return failed('exited', spec.name, ended);
  if (restarts + (hasEnded ? 1 : 0) >= exitsOfLoop) return failed('restart-loop', spec.name, ended);
  if (container.health === 'unhealthy' && alive) return failed('unhealthy', spec.name, lastWords(container));
  if (container.state !== 'running' || container.health === 'starting') return waiting(null);
  return ranForMs >= settleMs ? { kind: 'passed' } : waiting(settleMs - ranForMs);
}

/** Why it has not passed although its time is up, to follow `60 s`. Example: `, while its health check had not passed yet`. */
export function standsInWords(container: ObservedContainer): string {
  if (container.health === 'starting') return `, while its health check had not passed yet${lastWords(container)}`;
  return container.state === 'running' ? '' : `, and is ${container.state}`;
}

function lastWords({ healthOutput = '' }: ObservedContainer): string {
  const words = plainText(healthOutput);
  return words === '' ? '' : `, which said last: ${words}`;
}

function waiting(waitMs: number | null): GateVerdict {
  return { kind: 'waiting', waitMs };
}

function failed(code: UpdateFailure['code'], module: string, detail: string): GateVerdict {
  return { kind: 'failed', failure: { code, module, detail } };
}

/** The module's own settle time by its label, else the given one. Example: label `lanyard.settle-seconds: "30"` → 30 000. */
export function settleMsOf({ createOptions }: Pick<ModuleSpec, 'createOptions'>, settleMs: number): number {
  const text = labelOf(createOptions, settleLabel);
  if (text === null || !/^\d{1,6}$/.test(text)) return settleMs;
  return Math.min(Number(text), longestSettleS) * 1_000;
}

/**
 * How long the whole gate may take: a minute, or three settle times and the slowest health check's first answer.
 * Example: settle 10 s, a check every 30 s with 3 retries after 60 s of start → 30 + 60 + 90 = 180 s.
 */
export function gateLimitMs(specs: readonly Pick<ModuleSpec, 'createOptions'>[], settleMs: number): number {
  const settles = specs.map((spec) => settleMsOf(spec, settleMs));
  const checks = specs.map(({ createOptions }) => firstAnswerMs(createOptions['Healthcheck']));
  return Math.max(shortestLimitMs, 3 * Math.max(settleMs, ...settles) + Math.max(0, ...checks));
}

// Docker's own, where a check does not say.
const usualCheck = { intervalNs: 30e9, retries: 3 };

function firstAnswerMs(check: Json | undefined): number {
  if (!isJsonObject(check)) return 0;
  const { StartPeriod: start, Interval: interval, Retries: retries } = check;
  return (given(start, 0) + given(interval, usualCheck.intervalNs) * given(retries, usualCheck.retries)) / 1e6;
}

/** Zero and nonsense mean Docker's own. */
function given(value: Json | undefined, usual: number): number {
  return typeof value === 'number' && value > 0 ? value : usual;
}
