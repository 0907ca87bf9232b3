// Etags as IoT Hub writes them: base64 of an eight-byte big-endian counter. Version 1 reads `AAAAAAAAAAE=`.

/** The etag of a row's version, without the quotes that HTTP headers add. */
export function etagOf(version: number): string {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(version));
  return btoa(String.fromCharCode(...bytes));
}

/** The version an etag stands for; undefined when it is not one of ours. */
export function versionOf(etag: string): number | undefined {
  if (!/^[A-Za-z0-9+/]{11}=$/.test(etag)) return undefined;
  const bytes = Uint8Array.from(atob(etag), (char) => char.charCodeAt(0));
  const version = Number(new DataView(bytes.buffer).getBigUint64(0));
  return Number.isSafeInteger(version) ? version : undefined;
}
