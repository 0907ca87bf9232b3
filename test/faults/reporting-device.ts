// A device that reports without end, each report with a number of its own, and remembers which were sent how often and which
// were acknowledged. When the connection breaks it sends what was not acknowledged once more, as the SDKs do.
import { randomUUID } from 'node:crypto';
import type { MqttClient } from 'mqtt';
import { twinReportTopic } from '#contract/device-topics.ts';
import { deviceIdAt } from '#test/support/seed-site.ts';
import type { DeviceId } from '#base/ids.ts';
import { openClient } from './returning-client.ts';

export interface ReportingDevice {
  readonly deviceId: DeviceId;
  readonly client: MqttClient;
  /** Sequence number → how often it was handed to a socket. */
  readonly sent: ReadonlyMap<number, number>;
  readonly acknowledged: ReadonlySet<number>;
  /** Starts no new report; resolves when the last one begun is acknowledged. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

interface DeviceParts {
  readonly index: number;
  readonly port: number;
  readonly caFile: string;
  /** Reports that wait for their acknowledgement at any moment. */
  readonly window?: number;
  readonly onAcknowledged?: () => void;
}

export function startReporting({ index, port, caFile, window = 2, onAcknowledged }: DeviceParts): ReportingDevice {
  const deviceId = deviceIdAt(index);
  const sent = new Map<number, number>();
  const acknowledged = new Set<number>();
  const finishing = new AbortController();
  const closing = new AbortController();
  let sequence = 0;
  const client = openClient({ deviceId, moduleId: null }, port, caFile);
  client.on('packetsend', (packet) => {
    if (packet.cmd !== 'publish') return;
    const { number } = JSON.parse(packet.payload.toString()) as { readonly number: number };
    sent.set(number, (sent.get(number) ?? 0) + 1);
  });

  async function report(): Promise<void> {
    while (!finishing.signal.aborted) {
      sequence += 1;
      const number = sequence;
      await deliver(number);
      if (closing.signal.aborted) return;
      acknowledged.add(number);
      onAcknowledged?.();
    }
  }

  /** Resolves once acknowledged, or when the device is closed. */
  async function deliver(number: number): Promise<void> {
    const body = JSON.stringify({ number, state: 'running' });
    // One name for each report, however often it is sent, as the SDKs do.
    const topic = twinReportTopic(randomUUID());
    while (!closing.signal.aborted) {
      try {
        await client.publishAsync(topic, body, { qos: 1 });
        return;
      } catch {
        // The client keeps what it sent and sends it again by itself; what it had not begun to send comes back here.
        await connected(client, closing.signal);
      }
    }
  }

  const lanes = Array.from({ length: window }, report);
  return {
    deviceId,
    client,
    sent,
    acknowledged,
    async finish() {
      finishing.abort();
      await Promise.all(lanes);
    },
    async close() {
      closing.abort();
      await client.endAsync(true);
    },
  };
}

function connected(client: MqttClient, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (client.connected || signal.aborted) {
      setImmediate(resolve);
      return;
    }
    const settle = (): void => {
      client.off('connect', settle);
      signal.removeEventListener('abort', settle);
      resolve();
    };
    client.once('connect', settle);
    signal.addEventListener('abort', settle);
  });
}
