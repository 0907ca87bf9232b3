// Bytes as the console and the desktop window take them: base64. In pieces, for a function takes only so many arguments.

const pieceLength = 32_768;

export function bytesOfText(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

export function base64OfBytes(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += pieceLength) {
    pieces.push(String.fromCodePoint(...bytes.subarray(at, at + pieceLength)));
  }
  return btoa(pieces.join(''));
}

export function base64OfText(text: string): string {
  return base64OfBytes(bytesOfText(text));
}

/** Throws where it is no base64. */
export function bytesOfBase64(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (letter) => letter.codePointAt(0) ?? 0);
}
