// Pulls a blob over as many TLS connections as asked for, all at once, and throws the bytes away: as little work as a client can have.
import { readFileSync } from 'node:fs';
import { connect } from 'node:tls';
import { answerWith } from './bench-process.ts';
import { median } from './measure.ts';

export interface PullOrder {
  readonly port: number;
  readonly caFile: string;
  readonly path: string;
  readonly authorization: string;
  readonly connections: number;
  readonly bytes: number;
}

export interface PullAnswer {
  readonly elapsedMs: number;
  /** From the request on a fresh connection; the median of all. */
  readonly firstByteMs: number;
  readonly processorMs: number;
}

const headEnd = Buffer.from('\r\n\r\n');

answerWith(async (order: PullOrder): Promise<PullAnswer> => {
  const before = process.cpuUsage();
  const startedAtMs = performance.now();
  const firstBytes = await Promise.all(Array.from({ length: order.connections }, () => pull(order)));
  const elapsedMs = performance.now() - startedAtMs;
  const { user, system } = process.cpuUsage(before);
  return { elapsedMs, firstByteMs: median(firstBytes), processorMs: (user + system) / 1000 };
});

function pull({ port, caFile, path, authorization, bytes }: PullOrder): Promise<number> {
  return new Promise((resolve, reject) => {
    let head: Buffer | null = Buffer.alloc(0);
    let received = 0;
    let askedAtMs = 0;
    let firstByteMs = 0;
    const take = (chunk: Buffer): void => {
      if (head === null) received += chunk.byteLength;
      else {
        if (firstByteMs === 0) firstByteMs = performance.now() - askedAtMs;
        head = Buffer.concat([head, chunk]);
        const end = head.indexOf(headEnd);
        if (end >= 0) {
          if (!head.toString('latin1', 0, 12).endsWith(' 200')) reject(new Error(head.toString('latin1', 0, end)));
          received = head.byteLength - end - headEnd.byteLength;
          head = null;
        }
      }
      if (received >= bytes) socket.destroy();
    };
    const socket = connect({ host: '127.0.0.1', port, ca: readFileSync(caFile) });
    socket.on('data', take);
    socket.once('secureConnect', () => {
      askedAtMs = performance.now();
      socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${authorization}\r\n\r\n`);
    });
    socket.once('error', reject);
    socket.once('close', () => {
      if (received === bytes) resolve(firstByteMs);
      else reject(new Error(`${received} of ${bytes} bytes came`));
    });
  });
}
