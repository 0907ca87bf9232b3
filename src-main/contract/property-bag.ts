// The url-encoded properties at the end of IoT Hub's message topics: `%24.mid=1&%24.ct=application%2Fjson&key=value`.
import { emptyObject } from '#base/json.ts';

export type MessageProperties = Readonly<Record<string, string>>;

export function encodeProperties(properties: MessageProperties): string {
  return Object.entries(properties)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
}

/**
 * The properties; undefined when the text is not url-encoded. A leading `?` and a trailing `/` are allowed (some SDKs send
 * them), a name without `=` has an empty value, and of a name given twice the last counts.
 */
export function decodeProperties(text: string): MessageProperties | undefined {
  const properties = emptyObject() as Record<string, string>;
  const bag = text.replace(/^\?/, '').replace(/\/$/, '');
  for (const part of bag.split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = decodePart(equals === -1 ? part : part.slice(0, equals));
    const value = decodePart(equals === -1 ? '' : part.slice(equals + 1));
    if (name === undefined || name === '' || value === undefined) return undefined;
    properties[name] = value;
  }
  return properties;
}

/** One url-encoded part, or undefined when it is not. */
export function decodePart(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    // The one way the platform tells that text is not URL-encoded.
    return undefined;
  }
}

/** The SDKs' encoding of ids in topics and paths: also `! ' ( ) *`. */
export function encodeStrictly(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
