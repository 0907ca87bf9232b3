// Healthy, our own metric beside IoT Hub's four: a module that crashes over and over is no success (iot-hub.md 3.3 and 4).
// One reading of one device, from what it was sent and what it last reported; the same rule counts, lists and explains.
import type { JsonObject } from '#base/json.ts';
import { isFailing, isRestarting, moduleStandings, type ModuleStanding } from '#domain/updates/module-standing.ts';
import { applyOutcome, type ApplyOutcome } from './device-state.ts';

/** A module of the site that is not as it is wanted, and why, in words. */
export interface ModuleTrouble {
  readonly module: string;
  /** `failing`: waiting will not mend it; `underway`: it may still come right by itself. */
  readonly kind: 'failing' | 'underway';
  readonly reason: string;
}

export interface DeviceHealth {
  /** The configuration was carried out and every module is as wanted. */
  readonly isHealthy: boolean;
  readonly outcome: ApplyOutcome;
  /** By name; the system's own modules are not among them. */
  readonly troubles: readonly ModuleTrouble[];
}

/**
 * Of a device to which a deployment applies: `$edgeAgent`'s desired section with its version, and its reported one.
 * Version 7 sent, 7 reported with code 200, `web` in `backoff` with exit code 1 → not healthy: `web` "ended with code 1 and
 * waits to be started again".
 */
export function deviceHealth(desired: JsonObject, desiredVersion: number, reported: JsonObject): DeviceHealth {
  const outcome = applyOutcome(desiredVersion, reported);
  const troubles = moduleStandings(desired, reported).flatMap((module) => troubleOf(module) ?? []);
  return { isHealthy: outcome === 'success' && troubles.length === 0, outcome, troubles };
}

/**
 * The reason without how often, which grows: alike as long as it is the same trouble, and on all devices that have it.
 * "keeps ending and being restarted (7 times so far)" → "keeps ending and being restarted".
 */
export function matterOf({ reason }: ModuleTrouble): string {
  return reason.replace(/ \(\d+ times so far\)$/, '');
}

/** Whether nothing is wrong with the module; the system's own count for nothing. */
export function isAsWanted(module: ModuleStanding): boolean {
  return module.isSystem || reasonOf(module) === null;
}

/** What is wrong with one module; null for one that is as wanted, and for the system's own. */
function troubleOf(module: ModuleStanding): ModuleTrouble | null {
  const reason = module.isSystem ? null : reasonOf(module);
  if (reason === null) return null;
  const isBad = isFailing(module.health) || isRestarting(module);
  return { module: module.name, kind: isBad ? 'failing' : 'underway', reason };
}

function reasonOf(module: ModuleStanding): string | null {
  const { exitCode = null, image: reportedImage = null } = module.reported ?? {};
  const ending = exitCode === null ? 'ended' : `ended with code ${exitCode}`;
  if (isRestarting(module)) return `keeps ending and being restarted (${module.reported?.restartCount} times so far)`;
  switch (module.health) {
    case 'running':
    case 'stopped':
      return null;
    case 'backoff':
      return `${ending} and waits to be started again`;
    case 'unhealthy':
      return 'runs, but its own health check fails';
    case 'failed':
      return `${ending} and is not started again`;
    case 'missing':
      return 'is not reported by the device yet';
    case 'starting':
      return 'is not running yet';
    case 'leftover':
      return 'is no longer wanted and still there';
    case 'updating':
      return module.wanted?.status === 'stopped' ? 'is to stop and still runs' : `still runs ${reportedImage}`;
  }
}
