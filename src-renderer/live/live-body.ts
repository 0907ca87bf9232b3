// A message's body as it can be read: JSON laid out, text, or bytes as hex. Bodies come from devices: any bytes at all.
import { isJsonObject, type Json } from '#base/json.ts';

export type BodyShape = 'json' | 'text' | 'hex';

const longestHexBytes = 4_096;

export function bytesOfBody(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}

/** Undefined: it is no UTF-8. */
function textOf(bytes: Uint8Array): string | undefined {
  // Bytes that are no text are told by this throw alone.
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

export function jsonOf(bytes: Uint8Array): Json | undefined {
  const text = textOf(bytes);
  if (text === undefined) return undefined;
  // What is no JSON is shown as text.
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** The shape that says most of it. */
export function shapeOf(bytes: Uint8Array): BodyShape {
  if (jsonOf(bytes) !== undefined) return 'json';
  const text = textOf(bytes);
  // oxlint-disable-next-line no-control-regex -- a control character tells that it was not meant to be read
  return text === undefined || /[\u0000-\u0008\u000E-\u001A]/.test(text) ? 'hex' : 'text';
}

/** Control and direction characters are drawn as `�` by the view; line breaks and tabs stay. */
export function bodyText(bytes: Uint8Array, shape: BodyShape): string {
  if (shape === 'hex') return hexOf(bytes);
  const json = shape === 'json' ? jsonOf(bytes) : undefined;
  const text = json === undefined ? new TextDecoder().decode(bytes) : JSON.stringify(json, null, 2);
  // oxlint-disable-next-line no-control-regex -- these very characters are to be seen
  return text.replaceAll(/[\p{Cf}\u0000-\u0008\u000B-\u001F\u007F-\u009F\u2028\u2029]/gu, '\uFFFD');
}

/** Sixteen a line: where it is, the bytes, and what of them is plain text. */
function hexOf(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < Math.min(bytes.length, longestHexBytes); at += 16) {
    const line = [...bytes.subarray(at, at + 16)];
    const hex = line.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const plain = line.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${at.toString(16).padStart(6, '0')}  ${hex.padEnd(47)}  ${plain}`);
  }
  if (bytes.length > longestHexBytes) lines.push(`… ${bytes.length - longestHexBytes} more bytes`);
  return lines.join('\n');
}

/** The numbers of a body by where they stand, at most fifty: what can be drawn. */
export function numbersIn(json: Json | undefined): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  collect(json, '', found);
  return found;
}

function collect(json: Json | undefined, path: string, found: Map<string, number>): void {
  if (found.size >= 50) return;
  if (typeof json === 'number') found.set(path === '' ? 'value' : path, json);
  if (!isJsonObject(json)) return;
  for (const [key, value] of Object.entries(json)) collect(value, path === '' ? key : `${path}.${key}`, found);
}
