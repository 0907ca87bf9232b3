// Images over TLS, beside Debian's docker-registry in the same minute: one pull, eight at once, and an import beside sha256sum.
import { execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { residentBytes, startAsked, startHub } from './bench-process.ts';
import type { ImportAnswer, ImportOrder } from './import-main.ts';
import { figure, inTurns, median, pairedRatio, type BenchRun, type Workload } from './measure.ts';
import type { PullAnswer, PullOrder } from './pull-load-main.ts';
import { processorMs } from './until-quiet.ts';

const blobBytes = 256 * 1024 * 1024;
const rounds = 6;
const program = '/usr/bin/docker-registry';
const hasher = '/usr/bin/sha256sum';
const mega = 1024 * 1024;

interface Side {
  readonly name: string;
  readonly pid: number;
  readonly port: number;
  readonly authorization: string;
}

interface Blob {
  readonly file: string;
  readonly digest: string;
}

/** What one pull cost the side that served it. */
interface Served {
  readonly rate: number;
  readonly firstByteMs: number;
  readonly processorMsPerGb: number;
  readonly residentMb: number;
}

function pulls(name: string, connections: number): Workload {
  return {
    name,
    async run(run) {
      const blob = makeBlob(run);
      const { ours, theirs, caFile } = await startSides(run);
      for (const side of [ours, theirs]) await push(side, caFile, blob);
      const load = startAsked(run, './pull-load-main.ts');
      const served: Record<string, Served[]> = { [ours.name]: [], [theirs.name]: [] };
      const pull = async (side: Side): Promise<number> => {
        const { port, authorization, pid } = side;
        const path = `/v2/bench/blobs/${blob.digest}`;
        const order: PullOrder = { port, caFile, path, authorization, connections, bytes: blobBytes };
        const before = processorMs(pid);
        const { elapsedMs, firstByteMs } = await load.ask<PullAnswer>(order);
        const bytes = blobBytes * connections;
        const rate = bytes / mega / (elapsedMs / 1000);
        const processorMsPerGb = ((processorMs(pid) - before) / bytes) * 1024 * mega;
        const residentMb = (residentBytes(pid) ?? 0) / mega;
        served[side.name]?.push({ rate, firstByteMs, processorMsPerGb, residentMb });
        run.say(`${side.name}: ${figure(rate)} MB/s, ${figure(processorMsPerGb)} ms of processor per GB`);
        return rate;
      };
      // Not counted: caches fill, code warms up.
      for (const side of [ours, theirs]) await pull(side);
      for (const side of [ours, theirs]) served[side.name] = [];
      const rates = await inTurns(rounds, { ours: () => pull(ours), floor: () => pull(theirs) });
      return {
        name,
        ours: `${figure(median(rates.ours))} MB/s`,
        floor: `${figure(median(rates.floor))} MB/s`,
        ratio: pairedRatio(rates),
        target: { of: 'ratio', atLeast: 0.9 },
        note:
          `${connections} at once of a blob of ${blobBytes / mega} MB over TLS on loopback, ${rounds} rounds; floor: Debian's docker-registry ` +
          `with the same certificate. ${[ours, theirs].map((side) => textOf(side.name, served[side.name] ?? [])).join('; ')}.`,
      };
    },
  };
}

export const imagePull = pulls('image-pull', 1);
export const imagePulls = pulls('image-pulls', 8);

export const imageImport: Workload = {
  name: 'image-import',
  async run(run) {
    const blob = makeBlob(run);
    const cost = { processorMs: [] as number[], turnMs: [] as number[], floorMs: [] as number[] };
    const rates = await inTurns(rounds, {
      async ours() {
        const store = startAsked(run, './import-main.ts');
        const order: ImportOrder = { dir: run.folder('store'), ...blob };
        const { work, processorMs: used } = await store.ask<ImportAnswer>(order);
        await store.end();
        cost.processorMs.push(used);
        cost.turnMs.push(work.longestTurnMs);
        return blobBytes / mega / (work.elapsedMs / 1000);
      },
      floor() {
        const startedAtMs = performance.now();
        execFileSync(hasher, [blob.file]);
        return Promise.resolve(blobBytes / mega / ((performance.now() - startedAtMs) / 1000));
      },
    });
    return {
      name: imageImport.name,
      ours: `${figure(median(rates.ours))} MB/s`,
      floor: `${figure(median(rates.floor))} MB/s`,
      ratio: pairedRatio(rates),
      target: null,
      note:
        `A blob of ${blobBytes / mega} MB from a file into the store: hashed, checksummed, written, synced. Floor: sha256sum of the same ` +
        `file. Processor time ${figure(median(cost.processorMs))} ms; longest turn of the loop ${figure(median(cost.turnMs))} ms.`,
    };
  },
};

function textOf(name: string, served: readonly Served[]): string {
  const of = (value: (one: Served) => number) => figure(median(served.map(value)));
  return (
    `${name}: first byte ${of((one) => one.firstByteMs)} ms, ${of((one) => one.processorMsPerGb)} ms of processor per GB, ` +
    `${of((one) => one.residentMb)} MB resident`
  );
}

function makeBlob(run: BenchRun): Blob {
  const file = join(run.folder('blob'), 'blob');
  const hash = createHash('sha256');
  for (let written = 0; written < blobBytes; written += mega) {
    const part = randomBytes(mega);
    hash.update(part);
    writeFileSync(file, part, { flag: 'a' });
  }
  return { file, digest: `sha256:${hash.digest('hex')}` };
}

async function startSides(
  run: BenchRun,
): Promise<{ readonly ours: Side; readonly theirs: Side; readonly caFile: string }> {
  if (!existsSync(program)) throw new Error(`${program} is not installed (Debian's docker-registry)`);
  const dir = run.folder('hub');
  const hub = await startHub(run, dir);
  const [, key = ''] = /SharedAccessKey=(.*)$/.exec(hub.ready.serviceConnectionString) ?? [];
  const authorization = `Basic ${Buffer.from(`service:${key}`).toString('base64')}`;
  const ours = { name: 'ours', pid: hub.ready.pid, port: hub.httpsPort, authorization };
  const theirs = await startDebians(run, join(dir, 'server.pem'), authorization);
  return { ours, theirs, caFile: hub.ready.caFile };
}

async function startDebians(run: BenchRun, pem: string, authorization: string): Promise<Side> {
  const dir = run.folder('registry');
  const configuration = {
    version: 0.1,
    log: { level: 'info', formatter: 'json' },
    storage: { filesystem: { rootdirectory: join(dir, 'images') } },
    http: { addr: '127.0.0.1:0', tls: { certificate: pem, key: pem } },
  };
  // YAML takes JSON.
  writeFileSync(join(dir, 'registry.yml'), JSON.stringify(configuration));
  const child = spawn(program, ['serve', join(dir, 'registry.yml')], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'exit');
  run.atEnd.push(() => {
    child.kill('SIGTERM');
    return ended;
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the registry ended with code ${code}`)));
    createInterface({ input: child.stderr }).on('line', (line) => {
      const [, heard] = /listening on 127\.0\.0\.1:(\d+)/.exec(line) ?? [];
      if (heard !== undefined) resolve(Number(heard));
    });
  });
  return { name: 'docker-registry', pid: child.pid ?? 0, port, authorization };
}

async function push({ port, authorization }: Side, caFile: string, { file, digest }: Blob): Promise<void> {
  const begun = await send({ port, caFile, authorization, method: 'POST', path: '/v2/bench/blobs/uploads/' });
  const place = new URL(begun.headers.location ?? '', `https://127.0.0.1:${port}`);
  place.searchParams.set('digest', digest);
  const path = place.pathname + place.search;
  const { statusCode } = await send({ port, caFile, authorization, method: 'PUT', path, file });
  if (statusCode !== 201) throw new Error(`the blob was not taken: ${statusCode}`);
}

interface Sending {
  readonly port: number;
  readonly caFile: string;
  readonly authorization: string;
  readonly method: string;
  readonly path: string;
  readonly file?: string;
}

async function send({ port, caFile, authorization, method, path, file }: Sending) {
  const headers = {
    authorization,
    'content-type': 'application/octet-stream',
    'content-length': file === undefined ? 0 : blobBytes,
  };
  const outgoing = request({ host: '127.0.0.1', port, ca: readFileSync(caFile), method, path, headers, agent: false });
  const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>;
  if (file === undefined) outgoing.end();
  else await pipeline(createReadStream(file), outgoing);
  const [response] = await answered;
  response.resume();
  await once(response, 'end');
  return response;
}
