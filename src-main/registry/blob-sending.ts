// The bytes of a blob onto the wire, at the pace of the peer, and the memory back to whom it was lent from.
import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';

/** Ends, fails and is destroyed as the response is; the head must be written. `onTaken`: the network has these bytes. */
export function sendStream(source: Readable, response: ServerResponse, onTaken: (chunk: Uint8Array) => void): void {
  source.on('data', (chunk: Uint8Array) => {
    const goesOn = response.write(chunk, (error) => {
      if (!error) onTaken(chunk);
    });
    if (!goesOn) source.pause();
  });
  response.on('drain', () => source.resume());
  source.once('end', () => response.end());
  // A peer that got less than its length knows that it is not all.
  source.once('error', () => response.destroy());
  response.once('close', () => source.destroy());
}
