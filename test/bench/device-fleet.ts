// The load generator's devices together: connected so many at a time, then reporting in windows.
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import { twinReportTopic } from '#contract/device-topics.ts';
import { deviceIdAt, edgeAgentId, loginOf } from '#test/support/seed-site.ts';
import { openDevice, openSocket, type DeviceConnection, type Endpoint } from './device-connection.ts';
import { packetTypes, publishPacket } from './mqtt-wire.ts';

export interface ConnectOrder {
  readonly port: number;
  readonly caFile: string;
  readonly devices: number;
  /** The number of the first of them; 0 unless told otherwise. */
  readonly first?: number;
  /** How many are being connected at any moment. */
  readonly parallel: number;
  /** Bare handshakes, devices, or the agents of edge devices. */
  readonly as: 'sockets' | 'devices' | 'agents';
  /** Without TLS. */
  readonly isBare?: boolean;
}

export interface ReportOrder {
  readonly perDevice: number;
  /** Reports of one device that wait for their PUBACK at any moment. */
  readonly window: number;
}

export interface Fleet {
  /** Resolves with how long it took until the last was served. */
  connect(order: ConnectOrder): Promise<{ readonly elapsedMs: number }>;
  /** Resolves with the time from the first report to the last PUBACK. */
  report(order: ReportOrder): Promise<{ readonly elapsedMs: number; readonly acknowledged: number }>;
  devices(): readonly DeviceConnection[];
  sockets(): readonly Socket[];
  close(): void;
}

export function createFleet(): Fleet {
  let sockets: Socket[] = [];
  let devices: DeviceConnection[] = [];

  async function connectOne(endpoint: Endpoint, as: ConnectOrder['as'], index: number): Promise<void> {
    if (as === 'sockets') {
      sockets.push(await openSocket(endpoint));
      return;
    }
    const identity = { deviceId: deviceIdAt(index), moduleId: as === 'agents' ? edgeAgentId : null };
    const device = await openDevice(endpoint, loginOf(identity));
    devices[index] = device;
    sockets.push(device.socket);
  }

  return {
    devices: () => devices,
    sockets: () => sockets,
    async connect({ port, caFile, devices: count, first = 0, parallel, as, isBare = false }) {
      const endpoint = { port, isBare, context: createSecureContext({ ca: readFileSync(caFile) }) };
      const startedAtMs = performance.now();
      let next = first;
      const lane = async (): Promise<void> => {
        while (next < first + count) {
          const index = next;
          next += 1;
          await connectOne(endpoint, as, index);
        }
      };
      await Promise.all(Array.from({ length: parallel }, lane));
      return { elapsedMs: performance.now() - startedAtMs };
    },
    async report(order) {
      const packets = devices.map((_, index) => reportPackets(index, order.perDevice));
      const startedAtMs = performance.now();
      const acknowledged = await Promise.all(
        devices.map((device, index) => sendInWindow(device, packets[index] ?? [], order.window)),
      );
      const elapsedMs = performance.now() - startedAtMs;
      return { elapsedMs, acknowledged: acknowledged.reduce((sum, count) => sum + count, 0) };
    },
    close() {
      for (const socket of sockets) socket.removeAllListeners('close').destroy();
      sockets = [];
      devices = [];
    },
  };
}

/** Reports of the size a small agent sends: a few values, one of them changing. */
function reportPackets(index: number, count: number): readonly Buffer[] {
  return Array.from({ length: count }, (_, number) => {
    const report = {
      sequence: number + 1,
      temperature: 20 + ((index + number) % 100) / 10,
      state: 'running',
      network: { address: `10.0.0.${(index % 250) + 1}`, signalDbm: -60 - (number % 20) },
    };
    return publishPacket(twinReportTopic(String(number + 1)), JSON.stringify(report), (number % 65_535) + 1);
  });
}

function sendInWindow(
  { socket, listen }: DeviceConnection,
  packets: readonly Buffer[],
  window: number,
): Promise<number> {
  return new Promise((resolve, reject) => {
    let sent = 0;
    let acknowledged = 0;
    let isFlushPlanned = false;
    // What one chunk of PUBACKs set free goes out in one write, as a client with a window does it.
    const send = (): void => {
      isFlushPlanned = false;
      const until = Math.min(acknowledged + window, packets.length);
      if (sent < until) socket.write(Buffer.concat(packets.slice(sent, until)));
      sent = until;
    };
    socket.once('close', () => reject(new Error(`closed after ${acknowledged} acknowledged reports`)));
    listen(({ type }) => {
      if (type !== packetTypes.puback) return;
      acknowledged += 1;
      if (acknowledged === packets.length) resolve(acknowledged);
      if (isFlushPlanned || sent === packets.length) return;
      isFlushPlanned = true;
      queueMicrotask(send);
    });
    send();
  });
}
