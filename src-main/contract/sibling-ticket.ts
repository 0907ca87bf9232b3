// What a device shows to a neighbour to be served a blob: signed by the hub, for one blob, from one neighbour, to the one device
// that holds the key of the named certificate, for a moment.
//
// The moment is told on the hub's own count of milliseconds since it started, which nobody can set: the neighbour keeps in step by
// what the hub tells when it announces itself. Wall clocks of laptops and devices differ by years.
import { isDeviceId, type DeviceId } from '#base/ids.ts';
import { decoded, isFingerprint } from './sibling-headers.ts';

export interface SiblingTicket {
  readonly digest: string;
  /** Who is to serve it. */
  readonly from: DeviceId;
  /** Fingerprint of the certificate of whoever may have it. */
  readonly to: string;
  /** On the hub's own count. */
  readonly untilMs: number;
}

/** An Ed25519 signature, as base64url. */
export type SignText = (text: string) => string;
export type IsSigned = (text: string, signature: string) => boolean;

/** Example: `sha256:ab…/press-1/5f…/81000/<signature>`. */
export function signSiblingTicket({ digest, from, to, untilMs }: SiblingTicket, sign: SignText): string {
  const text = `${digest}/${encodeURIComponent(from)}/${to}/${Math.ceil(untilMs)}`;
  return `${text}/${sign(text)}`;
}

/** Null: not from this hub, or no ticket at all. */
export function readSiblingTicket(given: string, isSigned: IsSigned): SiblingTicket | null {
  const [, text, digest = '', encoded = '', to = '', untilMs = '', signature = ''] =
    /^((sha256:[0-9a-f]{64})\/([\w%\-.!~*'()]{1,400})\/([0-9a-f]{64})\/(\d{1,15}))\/([\w-]{86})$/.exec(given) ?? [];
  if (text === undefined || !isSigned(text, signature)) return null;
  const from = decoded(encoded);
  return isDeviceId(from) && isFingerprint(to) ? { digest, from, to, untilMs: Number(untilMs) } : null;
}
