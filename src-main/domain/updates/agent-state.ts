// What the agent knows of its device when it plans: containers as the engine shows them, and its own records of them.
// A container is ours only by its labels; its name says which stage of a replacement it is in.

export type ContainerState = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
export type ContainerHealth = 'none' | 'starting' | 'healthy' | 'unhealthy';

export interface ObservedContainer {
  readonly id: string;
  /** Without Docker's leading slash. */
  readonly name: string;
  /** The module it was made for, from its labels; null when this device's agent did not make it. */
  readonly module: string | null;
  /** The label that tells which specification it was made from; null when not ours. */
  readonly specHash: string | null;
  readonly image: string;
  readonly imageId: string;
  readonly state: ContainerState;
  readonly health: ContainerHealth;
  /** What its health check wrote last, as far as the engine keeps it; missing: nothing. */
  readonly healthOutput?: string;
  readonly exitCode: number;
  /** Start of the last run, and its end; 0 when there was none. */
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
}

/** One that this device's agent made. */
export type OwnContainer = ObservedContainer & { readonly module: string };

export function isOwn(container: ObservedContainer): container is OwnContainer {
  return container.module !== null;
}

/** What survives a restart of the agent about one module's runs. */
export interface RestartRecord {
  /** The specification of the container counted here; another one starts from zero. */
  readonly specHash: string;
  readonly restartCount: number;
  readonly lastRestartAtMs: number | null;
  /**
   * `startedAtMs` of the run that the agent itself ended. Such an end is no failure, and the container is started again as
   * soon as it is wanted, whatever its restart policy. Compared by identity, so that a clock that jumps changes nothing.
   */
  readonly stoppedRunAtMs: number | null;
  /** The module ran on this device before: start-up order no longer holds it back. */
  readonly everStarted: boolean;
  /** How the run before the newest start ended. Missing: no end was seen before a start. */
  readonly lastEnd?: RunEnd | undefined;
}

/** Of the end at `finishedAtMs`: compared by identity, for another end may have come that nobody saw. */
export interface RunEnd {
  readonly finishedAtMs: number;
  readonly exitCode: number;
}

/** What has to be kept of a container before it is started: the engine forgets its code, and keeps the time of its end. */
export function endOfRun(container: ObservedContainer): RunEnd | null {
  const { finishedAtMs, exitCode } = container;
  return isAlive(container) || finishedAtMs === 0 ? null : { finishedAtMs, exitCode };
}

/**
 * With which code the container ended last. A running one says 0 of itself.
 * Example: running, ended at 2,000, and recorded of that end 139 → 139; recorded of another end → 0.
 */
export function lastExitCode(container: ObservedContainer, record: RestartRecord | undefined): number {
  const end = record?.lastEnd;
  return isAlive(container) && end?.finishedAtMs === container.finishedAtMs ? end.exitCode : container.exitCode;
}

/** A step or pull that failed in this life of the agent, for this desired version. */
export interface Attempt {
  readonly count: number;
  readonly lastAtMonotonicMs: number;
  readonly message: string;
}

/** May be using its resources: it must be stopped before it is removed. */
export function isAlive(container: ObservedContainer): boolean {
  return container.state === 'running' || container.state === 'paused' || container.state === 'restarting';
}

/** The container's name: the module's, or `m.<module>` where Docker refuses that (it wants two characters, the first alphanumeric). */
export function containerName(module: string): string {
  return /^[A-Za-z0-9][A-Za-z0-9_-]+$/.test(module) ? module : `m.${module}`;
}

/** The name of the successor while both exist. A module's name has no dot, so it cannot be another module's container. */
export function successorName(module: string): string {
  return `${containerName(module)}.next`;
}

/** What its runs are remembered under: a successor that runs beside the old one has a record of its own. */
export function recordName(module: string, name: string): string {
  return name === successorName(module) ? name : module;
}

/** The name of the old one while it is kept to go back to. */
export function predecessorName(module: string): string {
  return `${containerName(module)}.prev`;
}
