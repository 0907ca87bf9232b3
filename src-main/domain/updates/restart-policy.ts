// When a container that is not running is started again (spec/iot-hub.md 3.4): backoff after its last exit, a limit, and a
// pardon after ten good minutes. Pure: the clock is an input, and a clock that jumped back delays nothing.
import { backoffMs } from '#base/backoff.ts';
import type { ModuleSpec } from '#domain/manifests/module-spec.ts';
import { isAlive, type ObservedContainer, type RestartRecord } from './agent-state.ts';

/** IoT Edge's `runtimeStatus`, verbatim. */
export type RuntimeStatus = 'unknown' | 'backoff' | 'running' | 'unhealthy' | 'stopped' | 'failed' | 'dead';

const restartShape = { firstMs: 10_000, limitMs: 300_000 };
const restartLimit = 20;
const provenAfterMs = 600_000;

export interface RunVerdict {
  readonly runtimeStatus: RuntimeStatus;
  readonly action: 'none' | 'start' | 'restart' | 'stop';
  /** The action counts as a restart of the policy (not the first start, nor one the agent owes). */
  readonly counted: boolean;
  /** How long until `action` would change from none; null when only the world can change it. */
  readonly waitMs: number | null;
}

/** Restarts counted against the container: none once a run of it lasted ten minutes, or when it was made from another specification. */
export function restartCountOf(container: ObservedContainer, record: RestartRecord | undefined, nowMs: number): number {
  if (record === undefined || record.specHash !== container.specHash) return 0;
  const endMs = isAlive(container) ? nowMs : container.finishedAtMs;
  const ranMs = container.startedAtMs === 0 ? 0 : endMs - container.startedAtMs;
  return ranMs >= provenAfterMs ? 0 : record.restartCount;
}

/** The agent stopped this very run itself. */
function isOurStop(container: ObservedContainer, record: RestartRecord | undefined): boolean {
  return record !== undefined && record.stoppedRunAtMs === container.startedAtMs && container.startedAtMs !== 0;
}

/**
 * What to do with a module's container now.
 * Example: `always`, exited 4 s ago with code 1, never restarted → backoff, wait 6 s.
 */
export function judgeRun(
  container: ObservedContainer,
  spec: Pick<ModuleSpec, 'status' | 'restartPolicy'>,
  record: RestartRecord | undefined,
  nowMs: number,
): RunVerdict {
  if (container.state === 'dead' || container.state === 'removing') return verdict('dead', 'none');
  if (isAlive(container)) return judgeAlive(container, spec, record, nowMs);
  const ended = endOf(container, record);
  if (spec.status === 'stopped') return verdict(ended === 'failed' ? 'failed' : 'stopped', 'none');
  if (ended === 'never-ran' || ended === 'ours') return verdict('stopped', 'start');
  if (spec.restartPolicy === 'never') return verdict(ended === 'failed' ? 'failed' : 'stopped', 'none');
  const count = restartCountOf(container, record, nowMs);
  if (count >= restartLimit) return verdict('failed', 'none');
  // A clean end is most often a reboot of the device: the first time, it starts again at once.
  const delayMs = ended === 'clean' && count === 0 ? 0 : backoffMs(count, restartShape);
  return afterBackoff('start', { sinceMs: container.finishedAtMs, delayMs, nowMs, waiting: 'backoff' });
}

function judgeAlive(
  container: ObservedContainer,
  spec: Pick<ModuleSpec, 'status' | 'restartPolicy'>,
  record: RestartRecord | undefined,
  nowMs: number,
): RunVerdict {
  const sick = container.health === 'unhealthy';
  if (spec.status === 'stopped') return verdict(sick ? 'unhealthy' : 'running', 'stop');
  if (container.state === 'paused') return verdict('unknown', 'none');
  if (!sick) return verdict('running', 'none');
  if (spec.restartPolicy !== 'always' && spec.restartPolicy !== 'on-unhealthy') return verdict('unhealthy', 'none');
  const count = restartCountOf(container, record, nowMs);
  if (count >= restartLimit) return verdict('unhealthy', 'none');
  const delayMs = backoffMs(count, restartShape);
  return afterBackoff('restart', { sinceMs: container.startedAtMs, delayMs, nowMs, waiting: 'unhealthy' });
}

function endOf(
  container: ObservedContainer,
  record: RestartRecord | undefined,
): 'never-ran' | 'ours' | 'clean' | 'failed' {
  if (container.state === 'created' && container.startedAtMs === 0 && container.exitCode === 0) return 'never-ran';
  if (isOurStop(container, record)) return 'ours';
  return container.exitCode === 0 ? 'clean' : 'failed';
}

interface BackoffWait {
  readonly sinceMs: number;
  readonly delayMs: number;
  readonly nowMs: number;
  readonly waiting: RuntimeStatus;
}

function afterBackoff(action: 'start' | 'restart', { sinceMs, delayMs, nowMs, waiting }: BackoffWait): RunVerdict {
  const elapsedMs = nowMs - sinceMs;
  const isDue = elapsedMs < 0 || elapsedMs >= delayMs;
  if (isDue) return { runtimeStatus: waiting, action, counted: true, waitMs: null };
  return { runtimeStatus: waiting, action: 'none', counted: false, waitMs: delayMs - elapsedMs };
}

function verdict(runtimeStatus: RuntimeStatus, action: RunVerdict['action']): RunVerdict {
  return { runtimeStatus, action, counted: false, waitMs: null };
}
