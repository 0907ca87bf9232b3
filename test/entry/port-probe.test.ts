// Ports are found to be taken before anything is written, and the refusal names the flag.
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { requireFreePorts, requirePort } from '#entry/port-probe.ts';

const host = '127.0.0.1';
const open: Server[] = [];
afterEach(() => open.splice(0).forEach((server) => server.close()));

async function takenPort(): Promise<number> {
  const server = createServer();
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
}

test('when a port is taken, it names the port, the address and the flag', async () => {
  const port = await takenPort();
  const wanted = requireFreePorts([{ flag: '--mqtt-port', host, port }]);
  await expect(wanted).rejects.toThrow(
    `Port ${port} on ${host} is taken, perhaps by a hub that runs already: stop that program, or choose another with --mqtt-port (0 picks a free one).`,
  );
});

test('when ports are free, it leaves them free', async () => {
  const port = await takenPort();
  await new Promise((resolve) => open.pop()?.close(resolve));
  const wanted = [
    { flag: '--mqtt-port', host, port },
    { flag: '--https-port', host, port: 0 },
  ] as const;
  await requireFreePorts(wanted);
  await requireFreePorts(wanted);
});

test('when two flags ask for one port, it names both', async () => {
  const port = await takenPort();
  await new Promise((resolve) => open.pop()?.close(resolve));
  const wanted = requireFreePorts([
    { flag: '--https-port', host, port },
    { flag: '--mqtt-port', host, port },
  ]);
  await expect(wanted).rejects.toThrow(`--https-port and --mqtt-port both ask for port ${port}: give each its own.`);
});

test('when the address is not of this machine, it says so', async () => {
  const wanted = requireFreePorts([{ flag: '--https-port', host: '192.0.2.1', port: 0 }]);
  await expect(wanted).rejects.toThrow('192.0.2.1 is no address of this machine: choose one of its own with --host.');
});

test('when a port is tried for later, what keeps it is told without a flag', async () => {
  const port = await takenPort();
  await expect(requirePort(host, port)).rejects.toThrow(
    `Port ${port} on ${host} is taken by another program: choose another, or stop that one.`,
  );
  await new Promise((resolve) => open.pop()?.close(resolve));
  await requirePort(host, port);
  await expect(requirePort('192.0.2.1', port)).rejects.toThrow('192.0.2.1 is no address of this machine now');
});
