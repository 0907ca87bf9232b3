// The registry: devices and their modules. Each operation is one transaction with its journal entry; a key never enters it.
import type { Clock } from '#base/clock.ts';
import type { RegistryOperations } from '#hub/hub-types.ts';
import type { Store } from '#store/store-types.ts';
import { createDeviceOperations } from './device-operations.ts';
import { createModuleOperations } from './module-operations.ts';

export function createRegistryOperations(parts: { readonly store: Store; readonly clock: Clock }): RegistryOperations {
  return { ...createDeviceOperations(parts), ...createModuleOperations(parts) };
}
