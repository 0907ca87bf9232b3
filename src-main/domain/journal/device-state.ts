// How a device stands, in the one word a list shows: connectivity first, then how its configuration and modules do.
import type { JsonObject } from '#base/json.ts';
import { childOf, isFailing, isRestarting, type ModuleStanding, numberAt } from '#domain/updates/module-standing.ts';

/** `online`: connected and not an edge device. `unmanaged`: connected, and no deployment applies. */
export type DeviceState =
  | 'failing'
  | 'updating'
  | 'healthy'
  | 'online'
  | 'unmanaged'
  | 'offline'
  | 'never-seen'
  | 'disabled';

export type ApplyOutcome = 'success' | 'failure' | 'pending';

/**
 * How the configuration a device was sent went, by IoT Hub's metric rule (spec/iot-hub.md 3.3): `pending` until the agent
 * reports on this very version, then `success` for code 200 and `failure` for any other.
 * Example: desired version 7, reported `{lastDesiredVersion: 6, …}` is `pending`.
 */
export function applyOutcome(desiredVersion: number, reported: JsonObject): ApplyOutcome {
  const code = numberAt(childOf(reported, 'lastDesiredStatus'), 'code');
  if (numberAt(reported, 'lastDesiredVersion') !== desiredVersion || code === null) return 'pending';
  return code === 200 ? 'success' : 'failure';
}

export interface DeviceStanding {
  readonly isEnabled: boolean;
  readonly isConnected: boolean;
  readonly wasEverConnected: boolean;
  readonly isEdge: boolean;
  /** Null: no deployment applies. */
  readonly outcome: ApplyOutcome | null;
  readonly modules: readonly ModuleStanding[];
}

/**
 * The first of these that holds: disabled, never seen, offline, online (no edge device), unmanaged, failing (its
 * configuration or a module, one that keeps restarting among them), updating (something is still on its way), healthy.
 * Example: connected, outcome `success`, one module in `backoff`: `failing`.
 */
export function deviceState(device: DeviceStanding): DeviceState {
  if (!device.isEnabled) return 'disabled';
  if (!device.wasEverConnected) return 'never-seen';
  if (!device.isConnected) return 'offline';
  if (!device.isEdge) return 'online';
  if (device.outcome === null) return 'unmanaged';
  const modules = device.modules.filter((module) => !module.isSystem);
  if (device.outcome === 'failure' || modules.some((module) => isFailing(module.health) || isRestarting(module)))
    return 'failing';
  const isSettled = modules.every((module) => module.health === 'running' || module.health === 'stopped');
  return device.outcome === 'success' && isSettled ? 'healthy' : 'updating';
}
