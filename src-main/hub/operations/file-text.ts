// The bytes of a file as text: UTF-8, or UTF-16 as PowerShell writes it. What is neither is refused with the place where it breaks.
import { failure, success, type Result } from '#base/result.ts';
import { largestFileBytes } from '#contract/console-files.ts';

export function textOfFile(bytes: Uint8Array): Result<string> {
  if (bytes.length > largestFileBytes)
    return unreadable(`it has ${bytes.length} bytes, and ${largestFileBytes} are read at once: split it into several.`);
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return decoded(bytes, 'utf-16le');
  if (first === 0xfe && second === 0xff) return decoded(bytes, 'utf-16be');
  // JSON begins with ASCII, of which UTF-16 makes one zero byte in two.
  if (bytes.length > 1 && (first === 0) !== (second === 0))
    return unreadable('it is UTF-16 without a mark that says so: save it as UTF-8.');
  return decoded(bytes, 'utf-8');
}

function decoded(bytes: Uint8Array, encoding: 'utf-8' | 'utf-16le' | 'utf-16be'): Result<string> {
  try {
    return success(new TextDecoder(encoding, { fatal: true }).decode(bytes));
  } catch {
    // Bytes that are no text are an expected outcome here, and the decoder has no other way to say so.
    const text = new TextDecoder(encoding).decode(bytes);
    const before = text.slice(0, text.indexOf('\uFFFD')).split('\n');
    const place = `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
    return unreadable(`it is no ${encoding.toUpperCase()} text from there on: save it as UTF-8.`, place);
  }
}

function unreadable(message: string, at = 'file') {
  return failure([{ code: 'file.invalid', message, at }]);
}
