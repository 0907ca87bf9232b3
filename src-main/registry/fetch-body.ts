// A body that is small by its nature, held whole; one that is not is given up before it fills the memory.
import { unready } from '#base/errors.ts';
import type { HttpAnswer } from './fetch-http.ts';

export async function readBody({ body }: HttpAnswer, mostBytes: number, from: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      bytes += chunk.byteLength;
      if (bytes > mostBytes)
        throw unready('image.registry', `'${from}' answers with more than ${mostBytes} bytes, which no document has.`);
      chunks.push(chunk);
    }
  } catch (cause) {
    // A connection that broke: in words that say what to do.
    throw brokenOff(from, cause);
  } finally {
    body.destroy();
  }
  return Buffer.concat(chunks);
}

export function brokenOff(from: string, cause: unknown): Error {
  const { name, message } = cause as Error;
  if (name === 'AppError' || name === 'AbortError') return cause as Error;
  return unready('image.registry', `The connection to '${from}' broke off (${message}): try again.`, { cause });
}
