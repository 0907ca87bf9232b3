// Identities as the site's registry keeps them: devices and their modules, and how each proves who it is.
import type { DeviceId, ModuleId } from '#base/ids.ts';

/** IoT Hub's four ways. Keys are base64; thumbprints are 40 or 64 hex digits, upper case. */
export type Authentication =
  | { readonly type: 'sas'; readonly primaryKey: string; readonly secondaryKey: string }
  | { readonly type: 'selfSigned'; readonly primaryThumbprint: string; readonly secondaryThumbprint: string }
  | { readonly type: 'certificateAuthority' }
  | { readonly type: 'none' };

export type ConnectionState = 'Connected' | 'Disconnected';

interface Presence {
  readonly connectionState: ConnectionState;
  /** When it last changed; 0 when the identity never connected. */
  readonly connectionChangedAtMs: number;
  readonly lastActivityAtMs: number;
}

/** What devices and modules have in common. */
export interface Registered extends Presence {
  readonly generationId: string;
  readonly authentication: Authentication;
  /** Grows with every change; the etag is made from it. */
  readonly version: number;
  readonly createdAtMs: number;
}

export interface Device extends Registered {
  readonly deviceId: DeviceId;
  readonly status: 'enabled' | 'disabled';
  readonly statusReason: string | null;
  readonly statusChangedAtMs: number;
  /** capabilities.iotEdge: only edge devices take deployments. */
  readonly isEdge: boolean;
}

export interface Module extends Registered {
  readonly deviceId: DeviceId;
  readonly moduleId: ModuleId;
  readonly managedBy: string | null;
}
