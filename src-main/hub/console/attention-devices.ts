// Which devices need a person, and why, grouped by the same reason: kept only while somebody looks, from a walk over all devices
// and then from what is committed.
import type { Clock } from '#base/clock.ts';
import type { AppError } from '#base/errors.ts';
import type { DeviceId, ModuleId } from '#base/ids.ts';
import type { AttentionItem } from '#contract/console-site.ts';
import { deviceHealth, matterOf } from '#domain/journal/device-health.ts';
import type { Device } from '#domain/records/registry.ts';
import { childOf, numberAt, textAt } from '#domain/updates/module-standing.ts';
import { updatedAtMs } from '#hub/evaluation/reported-moment.ts';
import { createPortion } from '#hub/turns/turns.ts';
import type { StoreReaders } from '#store/store-types.ts';
import { deviceRow } from './console-rows.ts';

const pageSize = 200;
const agentId = '$edgeAgent' as ModuleId;
/** As many as a list of the page can be asked for by name. */
const mostNamed = 50;
const longestReason = 500;
/** A device that is switched off for lunch is nobody's worry. */
export const offlineForMs = 3_600_000;

/** Devices of one key are one matter. */
interface Trouble {
  readonly kind: 'configuration-refused' | 'devices-failing' | 'devices-offline';
  readonly module: string | null;
  readonly reason: string;
  readonly sinceMs: number | null;
}

export interface AttentionDevices {
  note(deviceId: DeviceId): void;
  /** Those that were refused their configuration: what ends that may leave no row about them. */
  noteRefused(): void;
  /** For a few milliseconds; true: every device was looked at. */
  catchUp(): boolean;
  /** `outSinceMs`: offline since before it is long enough. */
  items(outSinceMs: number): readonly AttentionItem[];
  clear(): void;
}

export function createAttentionDevices(parts: {
  readonly read: StoreReaders;
  readonly clock: Clock;
  readonly failureOf: (deviceId: DeviceId) => AppError | undefined;
}): AttentionDevices {
  const { read, clock } = parts;
  const troubles = new Map<DeviceId, Trouble>();
  const noted = new Set<DeviceId>();
  /** Where the walk over all devices is; null: it is over. */
  let walk: { readonly after: DeviceId | undefined } | null = { after: undefined };

  function takePage({ after }: { readonly after: DeviceId | undefined }): void {
    const ids = read.devices.ids({ after, limit: pageSize });
    for (const deviceId of ids) noted.add(deviceId);
    const last = ids.at(-1);
    walk = last === undefined || ids.length < pageSize ? null : { after: last };
  }

  function lookAt(deviceId: DeviceId): void {
    const device = read.devices.get(deviceId);
    const trouble = device === undefined ? null : troubleOf(read, device, parts.failureOf(deviceId));
    if (trouble === null) troubles.delete(deviceId);
    else troubles.set(deviceId, trouble);
  }

  return {
    note: (deviceId) => void noted.add(deviceId),
    noteRefused() {
      for (const [deviceId, { kind }] of troubles) if (kind === 'configuration-refused') noted.add(deviceId);
    },
    catchUp() {
      const portion = createPortion(clock);
      while (!portion.isOver()) {
        const [deviceId] = noted;
        if (deviceId !== undefined) {
          noted.delete(deviceId);
          lookAt(deviceId);
        } else if (walk === null) return true;
        else takePage(walk);
      }
      return noted.size === 0 && walk === null;
    },
    items(outSinceMs) {
      const shown = [...troubles].filter(
        ([, { kind, sinceMs }]) => kind !== 'devices-offline' || (sinceMs ?? 0) <= outSinceMs,
      );
      return grouped(shown);
    },
    clear() {
      troubles.clear();
      noted.clear();
      walk = { after: undefined };
    },
  };
}

/** Null: it needs nobody. */
function troubleOf(read: StoreReaders, device: Device, failure: AppError | undefined): Trouble | null {
  if (failure !== undefined) {
    // A bug of ours is told as one: its words are for the log.
    const reason = failure.kind === 'broken' ? 'The hub failed on it; its log says why.' : failure.message;
    return { kind: 'configuration-refused', module: null, reason: short(reason), sinceMs: null };
  }
  const row = deviceRow(read, device.deviceId);
  if (row === undefined) return null;
  if (row.state === 'offline') return { kind: 'devices-offline', module: null, reason: '', sinceMs: row.lastSeenAtMs };
  return row.state === 'failing' ? failingTrouble(read, device.deviceId) : null;
}

function failingTrouble(read: StoreReaders, deviceId: DeviceId): Trouble | null {
  const twin = read.twins.get({ deviceId, moduleId: agentId });
  if (twin === undefined) return null;
  const { desired, reported } = twin;
  const health = deviceHealth(desired.value, desired.version, reported.value);
  const failing = health.troubles.find(({ kind }) => kind === 'failing');
  if (health.outcome === 'failure') {
    const status = childOf(reported.value, 'lastDesiredStatus');
    const reason = textAt(status, 'description') || `code ${numberAt(status, 'code') ?? 'unknown'}`;
    const sinceMs = updatedAtMs(reported.metadata, ['lastDesiredStatus', 'code']);
    return { kind: 'devices-failing', module: null, reason: short(reason), sinceMs };
  }
  if (failing === undefined) return null;
  const sinceMs = updatedAtMs(reported.metadata, ['modules', failing.module, 'runtimeStatus']);
  return { kind: 'devices-failing', module: short(failing.module), reason: short(matterOf(failing)), sinceMs };
}

function grouped(troubles: readonly (readonly [DeviceId, Trouble])[]): readonly AttentionItem[] {
  const groups = new Map<string, { readonly trouble: Trouble; readonly ids: DeviceId[]; sinceMs: number | null }>();
  for (const [deviceId, trouble] of troubles) {
    const key = JSON.stringify([trouble.kind, trouble.module, trouble.reason]);
    const group = groups.get(key) ?? { trouble, ids: [], sinceMs: null };
    groups.set(key, group);
    group.ids.push(deviceId);
    const { sinceMs } = trouble;
    if (sinceMs !== null) group.sinceMs = Math.min(sinceMs, group.sinceMs ?? sinceMs);
  }
  return [...groups].map(([key, { trouble, ids, sinceMs }]) => {
    const { kind, module, reason } = trouble;
    const group = { deviceIds: ids.toSorted().slice(0, mostNamed), devices: ids.length, sinceMs };
    switch (kind) {
      case 'configuration-refused':
        return { key, level: 'urgent', sinceMs, matter: { kind, reason, ...group } };
      case 'devices-failing':
        return { key, level: 'urgent', sinceMs, matter: { kind, module, reason, ...group } };
      case 'devices-offline':
        return { key, level: 'note', sinceMs, matter: { kind, ...group } };
    }
  });
}

function short(text: string): string {
  return text.length > longestReason ? `${text.slice(0, longestReason)}…` : text;
}
