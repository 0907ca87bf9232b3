// A module identity as it comes into being, whoever asks: keys, a twin, and its journal entry in the same transaction.
import { randomInt } from 'node:crypto';
import type { Clock } from '#base/clock.ts';
import type { DeviceId, ModuleId } from '#base/ids.ts';
import type { Actor } from '#domain/records/journal-event.ts';
import type { Authentication, Module } from '#domain/records/registry.ts';
import { newTwin } from '#domain/values/twin-change.ts';
import type { StoreWriters } from '#store/store-types.ts';
import { completeAuthentication } from './new-authentication.ts';

export interface NewModule {
  readonly deviceId: DeviceId;
  readonly moduleId: ModuleId;
  readonly managedBy: string | null;
  readonly authentication: Authentication | undefined;
}

interface Parts {
  readonly write: StoreWriters;
  readonly clock: Clock;
}

export function addModule({ write, clock }: Parts, wanted: NewModule, actor: Actor): Module {
  const { deviceId, moduleId, managedBy } = wanted;
  const nowMs = clock.nowMs();
  const module: Module = {
    deviceId,
    moduleId,
    managedBy,
    generationId: newGenerationId(nowMs),
    authentication: completeAuthentication(wanted.authentication, `${deviceId}/${moduleId}`),
    version: 1,
    createdAtMs: nowMs,
    connectionState: 'Disconnected',
    connectionChangedAtMs: 0,
    lastActivityAtMs: 0,
  };
  write.modules.insert(module);
  write.twins.insert(newTwin({ deviceId, moduleId }, new Date(nowMs).toISOString()));
  write.journal.append({ kind: 'module-created', actor, deviceId, moduleId, detail: { managedBy } });
  return module;
}

/** Eighteen digits, as IoT Hub's: a device deleted and created again is another device. */
export function newGenerationId(nowMs: number): string {
  return `${nowMs}${String(randomInt(100_000)).padStart(5, '0')}`;
}
