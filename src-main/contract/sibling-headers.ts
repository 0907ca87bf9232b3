// What an agent and its hub say about neighbours when a blob is asked for. The agent says with each ask that it can go to a
// neighbour; the hub answers with the blob, or with 307 and who has it. Nobody else ever gets such an answer.
import { isDeviceId, type DeviceId } from '#base/ids.ts';

/**
 * Of the ask: the fingerprint of the certificate that the agent will show to a neighbour, or `none` when it goes to nobody; either
 * way it understands 102 for "you are in the line". Of every answer to it: `on` or `off`, what the site has set.
 */
export const siblingsHeader = 'lanyard-siblings';
/** Of the ask: `<device> <reason>`, how the neighbour that was named last failed. */
export const siblingFailedHeader = 'lanyard-sibling-failed';
/** Of the 307, beside `location` (`https://address:port/blobs/<digest>`): whose it is. */
export const siblingDeviceHeader = 'lanyard-sibling-device';
/** Of the 307: the certificate that is to be met there, and no other. */
export const siblingFingerprintHeader = 'lanyard-sibling-fingerprint';
/** Of the 307, and of the request to the neighbour. */
export const siblingTicketHeader = 'lanyard-sibling-ticket';

/** Smaller ones are not worth a second connection: the hub sends them itself, and nobody keeps them. */
export const leastSiblingBytes = 256 * 1024;

/** `busy`: it serves others; `gone`: not reached, or it broke off; `slow`; `wrong`: bytes that are not what their digest says. */
export type SiblingFault = 'busy' | 'gone' | 'slow' | 'wrong';
const faults: readonly string[] = ['busy', 'gone', 'slow', 'wrong'] satisfies readonly SiblingFault[];

export interface SiblingFailure {
  readonly deviceId: DeviceId;
  readonly fault: SiblingFault;
}

/** SHA-256 of a certificate, as 64 small hex digits. Example: `AB:CD:…` of the platform → `abcd…`. */
export function fingerprintOf(platformsText: string): string {
  return platformsText.replaceAll(':', '').toLowerCase();
}

export function isFingerprint(text: unknown): text is string {
  return typeof text === 'string' && /^[0-9a-f]{64}$/.test(text);
}

export function siblingFailureText({ deviceId, fault }: SiblingFailure): string {
  return `${encodeURIComponent(deviceId)} ${fault}`;
}

/** Null: none, or not understood. */
export function readSiblingFailure(text: unknown): SiblingFailure | null {
  if (typeof text !== 'string') return null;
  const [, encoded = '', fault = ''] = /^([\w%\-.!~*'()]{1,400}) ([a-z]+)$/.exec(text) ?? [];
  const deviceId = decoded(encoded);
  return isDeviceId(deviceId) && faults.includes(fault) ? { deviceId, fault: fault as SiblingFault } : null;
}

export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // No id either way.
    return '';
  }
}
