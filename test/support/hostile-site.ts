// A site whose devices send what harms a careless page: markup, orders to a terminal, marks that turn text around, and texts longer
// than any screen; in every place where a device or a person may put text.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt, { type MqttClient } from 'mqtt';
import type { JsonObject } from '#base/json.ts';
import { parseConnectionString } from '#contract/connection-string.ts';
import { methodAnswerTopic, methodCallsFilter, parseMethodCall, twinReportTopic } from '#contract/device-topics.ts';
import { signSharedAccessSignature } from '#contract/shared-access-signature.ts';
import { hmacSha256Base64 } from '#hub/device-link/device-credentials.ts';
import type { openConsoleWindow } from './console-window.ts';
import { eventually } from './eventually.ts';
import { openLiveSender } from './live-sender.ts';
import type { HubProcess } from './hub-process.ts';
import { savedOldForm, tarOf } from './saved-image.ts';

/** Set by any script of these texts that runs. */
export const harmFlag = 'harmed';

const texts = {
  html: `<img src=x onerror="window.${harmFlag}=1"><script>window.${harmFlag}=1</script><h1>`,
  link: `javascript:window.${harmFlag}=1`,
  ansi: '\u001b[31mred\u001b[0m\u001b]0;owned\u0007\u009b2J\u0000',
  turned: 'safe\u202egnp.exe\u2066x\u2069\u200b\u200f',
  long: 'y'.repeat(10_000),
};
const all = `${texts.html} ${texts.link} ${texts.turned} ${texts.ansi}`;

/** All that an id may hold, and as long as one may be. */
export const hostileDevice = "a:b.c+%3Cb%3E_#*?!(),=@$'\u002d1";
const longDevice = 'd'.repeat(128);
export const hostileDeployment = `hostile-+%3cb%3e_*!'${'p'.repeat(107)}`;
export const hostileRollout = `way-${'r'.repeat(124)}`;

type ConsoleWindow = Awaited<ReturnType<typeof openConsoleWindow>>;
type Client = ConsoleWindow['client'];

export interface HostileSite {
  /** Sends messages of such texts, for who looks on. */
  say(): Promise<void>;
  end(): Promise<void>;
}

/** Resolves when the hub has all of it. */
export async function makeHostileSite(hub: HubProcess, console: ConsoleWindow): Promise<HostileSite> {
  const { client } = console;
  const tags = {
    html: texts.html,
    turned: texts.turned,
    ansi: texts.ansi,
    long: texts.long.slice(0, 4_000),
    link: texts.link,
  };
  const deviceIds = [hostileDevice, longDevice];
  await client.createDevices.mutate({ deviceIds, isEdge: true, authentication: { type: 'sas' }, tags });
  await client.setDeviceEnabled.mutate({ deviceId: longDevice, isEnabled: false, reason: all.slice(0, 128) });
  await client.createDeployment.mutate({
    ...aDeployment(hostileDeployment, 10, "tags.html != '<script>alert(1)</script>'"),
    kind: 'edge',
    metricQueries: {},
  });
  await client.setGroup.mutate({ id: 'g'.repeat(64), members: { condition: "tags.html != '<b>'" } });
  const liar = await connectLiar(hub, client);
  await importHostileImage(client);
  await client.createRollout.mutate({
    deployment: { ...aDeployment(hostileRollout, 20, `deviceId = '${hostileDevice.replaceAll("'", "''")}'`) },
    policy: {
      targets: { kind: 'fixed' },
      waves: [
        {
          name: texts.html.slice(0, 64),
          members: { kind: 'rest' },
          gate: { successPercent: 100, soakMs: 0, needsPerson: false },
        },
      ],
      concurrency: null,
      startsAtMs: null,
      windows: [],
      retries: 0,
      stop: null,
      budgets: [],
      stepLimitMs: 600_000,
      settleMs: 0,
      needsPersonToSwitch: false,
    },
  });
  await eventually(async () => {
    const { wanted } = await seen(client);
    if (!wanted) throw new Error('the report of the device is not there yet');
  });
  // An id with + or # has no topic of its own.
  const teller = await openLiveSender(hub, console, 'teller-1');
  return {
    async say() {
      for (const body of [JSON.stringify(all), texts.long, texts.html])
        await teller.send(body, { html: texts.html, turned: texts.turned });
    },
    async end() {
      await liar.endAsync(true);
      await teller.end();
    },
  };
}

/** A tag is bound to letters: what is hostile is the file that the image came from. */
async function importHostileImage(client: Client): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'hostile-image-'));
  try {
    mkdirSync(join(dir, 'image'));
    savedOldForm(join(dir, 'image'), { tag: `reg.invalid/${'deep/'.repeat(20)}image:${'t'.repeat(100)}` });
    const path = tarOf(join(dir, 'image'), join(dir, `<img src=x onerror=window.${harmFlag}=1>\u202e.tar`));
    await client.importImages.mutate({ path });
    await eventually(async () => {
      const { rows } = await client.images.query({ after: null, limit: 10 });
      if (rows.length === 0) throw new Error('the image is not there yet');
    });
  } finally {
    rmSync(dir, { recursive: true });
  }
}

async function seen(client: Client): Promise<{ readonly wanted: boolean }> {
  const twin = await client.deviceTwin.query({ deviceId: hostileDevice, moduleId: '$edgeAgent' });
  return { wanted: JSON.stringify(twin).includes('statusDescription') };
}

function aDeployment(id: string, priority: number, targetCondition: string) {
  const image = `reg.invalid/${'deep/'.repeat(20)}image:${'t'.repeat(100)}`;
  const module = {
    version: texts.html,
    type: 'docker',
    status: 'running',
    restartPolicy: 'always',
    settings: { image, createOptions: '{}' },
    env: { HTML: { value: all }, LONG: { value: texts.long.slice(0, 3_000) } },
  };
  return {
    id,
    priority,
    targetCondition,
    labels: { html: texts.html, turned: texts.turned },
    content: {
      $edgeAgent: {
        'properties.desired': {
          schemaVersion: '1.1',
          runtime: { type: 'docker', settings: { minDockerVersion: 'v1.25' } },
          systemModules: {
            edgeAgent: { type: 'docker', settings: { image: 'agent:1', createOptions: '{}' } },
            edgeHub: {
              type: 'docker',
              status: 'running',
              restartPolicy: 'always',
              settings: { image: 'hub:1', createOptions: '{}' },
            },
          },
          modules: { ['m'.repeat(100)]: module },
        },
      },
      $edgeHub: {
        'properties.desired': {
          schemaVersion: '1.1',
          routes: { all: 'FROM /messages/* INTO $upstream' },
          storeAndForwardConfiguration: { timeToLiveSecs: 60 },
        },
      },
    } satisfies JsonObject,
  };
}

/** An agent that reports and answers with these texts. */
async function connectLiar(hub: HubProcess, client: Client): Promise<MqttClient> {
  const { connectionString } = await client.deviceKeys.query({ deviceId: hostileDevice });
  const read = parseConnectionString(connectionString ?? '');
  if (!read.ok) throw new Error('the device has no key');
  const { hostName, sharedAccessKey } = read.value;
  const id = encodeURIComponent(hostileDevice);
  const password = signSharedAccessSignature(
    {
      resource: `${hostName}/devices/${id}/modules/$edgeAgent`,
      keyBase64: sharedAccessKey ?? '',
      expiresAtS: Math.round(Date.now() / 1000) + 3_600,
    },
    hmacSha256Base64,
  );
  const liar = await mqtt.connectAsync(`mqtts://${hostName}`, {
    protocolVersion: 4,
    clientId: `${hostileDevice}/$edgeAgent`,
    username: `${hostName}/${hostileDevice}/$edgeAgent/?api-version=2021-04-12`,
    password,
    ca: readFileSync(hub.ready.caFile, 'utf8'),
    reconnectPeriod: 0,
  });
  liar.on('message', (topic) => {
    const call = parseMethodCall(topic);
    if (call === undefined) return;
    const lines = Object.values(texts).map((text, at) => `2026-01-01T00:00:0${at}Z ${text}`);
    const body = moduleNames.map((id) => ({ id, payload: lines.join('\n') }));
    liar.publish(methodAnswerTopic(200, call.requestId), JSON.stringify(body));
  });
  await liar.subscribeAsync(methodCallsFilter);
  const module = {
    settings: { image: texts.html },
    runtimeStatus: texts.turned,
    statusDescription: all + texts.long.slice(0, 3_000),
    exitCode: 137,
    restartCount: 1e15,
  };
  const report = {
    lastDesiredVersion: 1,
    lastDesiredStatus: { code: 500, description: all },
    version: { version: texts.html },
    modules: Object.fromEntries(moduleNames.map((name) => [name, module])),
  };
  await liar.publishAsync(twinReportTopic('1'), JSON.stringify(report), { qos: 1 });
  return liar;
}

// A key of a twin holds no dot, no blank, no $ and no control character.
const moduleNames = [
  `<img/src=x/onerror=window["${harmFlag}"]=1>`,
  texts.turned.replaceAll(/[.\s]/g, ''),
  'n'.repeat(1_000),
];
