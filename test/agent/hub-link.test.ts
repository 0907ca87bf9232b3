// The agent's connection: it comes back after every end, and a clock that is decades behind does not keep it out.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readDeviceConnection } from '#agent/agent.ts';
import { HubLink, type HubLinkListener } from '#agent/hub-link.ts';
import type { Clock } from '#base/clock.ts';
import { moduleKeysRequestTopic } from '#contract/agent-topics.ts';
import { twinGetTopic, twinReportTopic } from '#contract/device-topics.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import { openSiteCa } from '#hub/certificates/site-ca.ts';
import { eventually } from '#test/support/eventually.ts';
import { addDevice, connectionString, identityOf, startSiteHub, type SiteHub } from '#test/support/site-hub.ts';

let hub: SiteHub;
const clock = createSystemClock();

beforeAll(async () => {
  hub = await startSiteHub();
});

afterAll(async () => {
  await hub.stop();
});

interface LinkOverrides {
  readonly clock?: Clock;
  readonly listener?: Partial<HubLinkListener>;
  readonly ca?: string;
  readonly key?: string;
}

function aLink(device: string, overrides: LinkOverrides = {}) {
  const opened: string[] = [];
  const reasons: unknown[] = [];
  const connection = readDeviceConnection(connectionString(hub, device));
  const lines = { write: (line: string) => reasons.push((JSON.parse(line) as { reason?: string }).reason) };
  const link = new HubLink({
    connection: { ...connection, key: overrides.key ?? connection.key },
    moduleId: '$edgeAgent',
    ca: overrides.ca ?? hub.ca.certificatePem,
    clock: overrides.clock ?? clock,
    log: pino({ level: 'warn' }, lines),
    random: () => 0.05,
    listener: {
      onOpen: () => opened.push('open'),
      onClose: () => opened.push('close'),
      onDesiredPatch: () => undefined,
      onMethod: () => Promise.resolve({ status: 200, body: 'null' }),
      ...overrides.listener,
    },
  });
  return { link, opened, reasons };
}

describe('hub link', () => {
  test('when the hub shuts the device out and lets it in again, the link comes back by itself', async () => {
    const device = addDevice(hub, 'shut-out');
    const { link, opened } = aLink('shut-out');
    link.start();
    await eventually(() => expect(opened).toEqual(['open']));
    hub.registry.updateDevice({ ...device, status: 'disabled' }, undefined, 'service');
    await eventually(() => expect(opened).toEqual(['open', 'close']));
    await expect(link.request(twinGetTopic, '')).rejects.toThrow('The hub is not connected');
    hub.registry.updateDevice({ ...device, status: 'enabled' }, undefined, 'service');
    await eventually(() => expect(opened).toEqual(['open', 'close', 'open']));
    await link.stop();
  });

  test('when the key or the CA is not the hub’s, it says what to look at, and tries again', async () => {
    addDevice(hub, 'mistaken');
    const dir = await mkdtemp(join(tmpdir(), 'other-ca-'));
    const other = await openSiteCa({ dir, clock });
    await rm(dir, { recursive: true });
    const cases = [
      [{ key: 'b3RoZXI=' }, /^The hub refuses this device .*: look whether it is registered and enabled there/],
      [{ ca: other.certificatePem }, /^The hub's certificate is not from the CA given .*--ca/],
    ] as const;
    for (const [overrides, reason] of cases) {
      const { link, reasons } = aLink('mistaken', overrides);
      link.start();
      await eventually(() => expect(reasons.length).toBeGreaterThan(1));
      expect(reasons[1]).toMatch(reason);
      await link.stop();
    }
  });

  test('when the clock of the device stands in 1970, it connects all the same', async () => {
    addDevice(hub, 'no-battery');
    const { link, opened } = aLink('no-battery', { clock: { ...clock, nowMs: () => 86_400_000 } });
    link.start();
    await eventually(() => expect(opened).toEqual(['open']));
    await link.stop();
  });

  test('when the hub refuses a report, the request fails in its words and the link stays', async () => {
    addDevice(hub, 'refused');
    const { link, opened } = aLink('refused');
    link.start();
    await eventually(() => expect(link.isOpen).toBe(true));
    await expect(link.request(twinReportTopic, '[1]')).rejects.toThrow(/The hub answered 400/);
    await expect(link.request(twinReportTopic, '{"a":1}')).resolves.toMatchObject({ version: 2 });
    expect(opened).toEqual(['open']);
    await link.stop();
  });

  test('when keys are asked for, only those of the device’s own modules come', async () => {
    addDevice(hub, 'keys');
    hub.registry.createModule(identityOf('keys/web'), null, undefined, 'service');
    const { link } = aLink('keys');
    link.start();
    await eventually(() => expect(link.isOpen).toBe(true));
    const answer = await link.request(
      moduleKeysRequestTopic,
      JSON.stringify({ modules: ['web', 'nobody', '$edgeHub'] }),
    );
    const parsed = JSON.parse(answer.text) as { modules: object; unknown: string[] };
    expect(Object.keys(parsed.modules)).toEqual(['web']);
    expect(parsed.unknown.toSorted()).toEqual(['$edgeHub', 'nobody']);
    await link.stop();
  });

  test('when a method’s name is not well encoded, it is still answered', async () => {
    addDevice(hub, 'names');
    const names: string[] = [];
    const { link } = aLink('names', {
      listener: {
        onMethod: (name) => {
          names.push(name);
          return Promise.resolve({ status: 200, body: 'null' });
        },
      },
    });
    link.start();
    await eventually(() => expect(link.isOpen).toBe(true));
    const call = { name: 'a%zz', payload: null, responseTimeoutMs: 5_000, connectTimeoutMs: 5_000 };
    await hub.link.methods.invoke(identityOf('names/$edgeAgent'), call, 'service');
    expect(names).toHaveLength(1);
    expect(link.isOpen).toBe(true);
    await link.stop();
  });
});
