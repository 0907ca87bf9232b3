// Looks whether the wanted ports can be had before anything of the data is touched: a refusal must leave no trace.
import { createServer } from 'node:net';
import { refused } from '#base/errors.ts';

export interface WantedPort {
  readonly flag: '--https-port' | '--mqtt-port' | '--console-port';
  readonly host: string;
  /** 0 is always free. */
  readonly port: number;
}

/** Throws `refused` (`configuration.flag`) for the first port that cannot be bound, naming its flag. */
export async function requireFreePorts(wanted: readonly WantedPort[]): Promise<void> {
  const taken = new Map<string, string>();
  for (const { flag, host, port } of wanted) {
    const other = taken.get(`${host}:${port}`);
    if (port !== 0 && other !== undefined) {
      throw refused('configuration.flag', `${other} and ${flag} both ask for port ${port}: give each its own.`, {
        subject: flag,
      });
    }
    taken.set(`${host}:${port}`, flag);
    await requireFreePort({ flag, host, port });
  }
}

/** Throws `refused` (`request.invalid`) when a port that a person chose for later cannot be had; no flag mends that. */
export async function requirePort(host: string, port: number): Promise<void> {
  const cause = await tryPort(host, port);
  if (cause === null) return;
  const problem = later[cause.code ?? '']?.(host, port);
  throw problem === undefined ? cause : refused('request.invalid', problem, { cause });
}

const later: Readonly<Record<string, (host: string, port: number) => string>> = {
  EADDRINUSE: (host, port) => `Port ${port} on ${host} is taken by another program: choose another, or stop that one.`,
  EACCES: (host, port) => `Port ${port} on ${host} needs rights this program does not have: choose one above 1023.`,
  EADDRNOTAVAIL: (host) => `${host} is no address of this machine now: choose another.`,
};

const problems: Readonly<Record<string, (wanted: WantedPort) => string>> = {
  EADDRINUSE: ({ flag, host, port }) =>
    `Port ${port} on ${host} is taken, perhaps by a hub that runs already: stop that program, or choose another with ${flag} (0 picks a free one).`,
  EACCES: ({ flag, host, port }) =>
    `Port ${port} on ${host} needs rights this program does not have: choose one above 1023 with ${flag}.`,
  EADDRNOTAVAIL: ({ host }) => `${host} is no address of this machine: choose one of its own with --host.`,
  ENOTFOUND: ({ host }) => `${host} is no known host name: give an address of this machine with --host.`,
};

async function requireFreePort(wanted: WantedPort): Promise<void> {
  const cause = await tryPort(wanted.host, wanted.port);
  if (cause === null) return;
  const problem = problems[cause.code ?? '']?.(wanted);
  throw problem === undefined ? cause : refused('configuration.flag', problem, { subject: wanted.flag, cause });
}

/** Null: it can be had, and is free again. */
function tryPort(host: string, port: number): Promise<NodeJS.ErrnoException | null> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', resolve);
    probe.listen(port, host, () => probe.close(() => resolve(null)));
  });
}
