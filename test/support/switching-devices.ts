// Devices of a modelled rollout as far as windows go: what their terms say, what of them each heard, when, and so the moments at
// which it could switch. Every one of them is to lie in a window.
import { expect } from 'vitest';
import type { DeviceId } from '#base/ids.ts';
import { isWindowOpen } from '#domain/rollouts/maintenance-window.ts';
import type { RolloutDevice, RolloutNow, RolloutState } from '#domain/rollouts/rollout-state.ts';
import {
  isBeforeSwitch,
  isReleased,
  isSwitchTime,
  isWallSet,
  windowTerms,
  type WindowTerms,
} from '#domain/rollouts/window-terms.ts';

/** How late a device may hear of what is sent to it. */
const arrivalMs = 10_000;

interface Written {
  readonly attempt: number;
  readonly terms: WindowTerms;
  readonly now: RolloutNow;
}

interface Heard extends Written {
  readonly at: RolloutNow;
}

export interface SwitchingDevices {
  /** Time goes by before the next step: whoever can switch meanwhile. */
  pass(state: RolloutState, from: RolloutNow, forMs: number): void;
  /** After a step: what the hub writes, and who hears it. */
  follow(before: RolloutState, after: RolloutState, now: RolloutNow): void;
}

export function switchingDevices(): SwitchingDevices {
  const written = new Map<DeviceId, Written>();
  const heard = new Map<DeviceId, Heard>();

  function write(state: RolloutState, deviceId: DeviceId, device: RolloutDevice, now: RolloutNow): void {
    const known = written.get(deviceId);
    const mayGo = isReleased(state, device, isSwitchTime(state, now));
    const isRight =
      known?.attempt === device.attempt &&
      (known.terms.hold === 'window') !== mayGo &&
      !(mayGo && isWallSet(known.now, now));
    if (!isRight) written.set(deviceId, { attempt: device.attempt, terms: windowTerms(state, device, now), now });
  }

  return {
    pass(state, from, forMs) {
      if (!isUnderWindows(state)) return;
      for (const [deviceId, { attempt, terms, at }] of heard) {
        const device = state.devices.get(deviceId);
        if (device === undefined || device.attempt !== attempt || !isBeforeSwitch(device)) continue;
        if (terms.hold === 'window') continue;
        const endMs = terms.switchWithinSeconds === null ? Infinity : at.runMs + terms.switchWithinSeconds * 1000;
        const lastRunMs = Math.min(from.runMs + forMs, endMs);
        if (lastRunMs < from.runMs) continue;
        // Who sleeps hears nothing of it.
        if (!device.isAwake && isWallSet(at, from)) continue;
        for (const runMs of [from.runMs, lastRunMs])
          expect(isWindowOpen(state.policy.windows, from.wallMs + runMs - from.runMs)).toBe(true);
      }
    },
    follow(before, after, now) {
      if (!isUnderWindows(after)) return;
      for (const [deviceId, device] of after.devices) {
        if (!isBeforeSwitch(device)) continue;
        const found = written.get(deviceId);
        // One that wakes reads what stands there, before the hub knows of it.
        if (device.isAwake && before.devices.get(deviceId)?.isAwake === false && found?.attempt === device.attempt)
          expect(found.terms.hold).toBe('window');
        write(after, deviceId, device, now);
        const newest = written.get(deviceId) as Written;
        if (!device.isAwake || heard.get(deviceId)?.terms === newest.terms) continue;
        const at = { wallMs: now.wallMs + arrivalMs, runMs: now.runMs + arrivalMs };
        heard.set(deviceId, { ...newest, at });
      }
    },
  };
}

/** A person's word stands above them. */
function isUnderWindows({ policy, isHurried }: RolloutState): boolean {
  return policy.windows.length > 0 && !isHurried && !policy.needsPersonToSwitch;
}
