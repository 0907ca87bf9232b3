// A device that is an attacker: what it reports, names and logs is markup, terminal codes, marks that turn text around, and floods.
import { readFileSync } from 'node:fs';
import mqtt, { type MqttClient } from 'mqtt';
import { parseConnectionString } from '#contract/connection-string.ts';
import { methodAnswerTopic, methodCallsFilter, parseMethodCall, twinReportTopic } from '#contract/device-topics.ts';
import { signSharedAccessSignature } from '#contract/shared-access-signature.ts';
import { hmacSha256Base64 } from '#hub/device-link/device-credentials.ts';
import type { openConsoleWindow } from './console-window.ts';
import type { HubProcess } from './hub-process.ts';

export const hostile = {
  id: 'liar-1',
  html: '<img src=x onerror=window.owned=1><script>window.owned=1</script>',
  ansi: '\u001b[31mred\u001b[0m \u001b]0;owned\u0007\u009b2J',
  rtl: 'safe\u202egnp.exe\u2066x\u2069',
  long: 'x'.repeat(10_000),
};

type ConsoleClient = Awaited<ReturnType<typeof openConsoleWindow>>['client'];

/** An agent that reports and answers whatever harms a careless page. */
export async function connectLiar(hub: HubProcess, client: ConsoleClient): Promise<MqttClient> {
  const { connectionString } = await client.deviceKeys.query({ deviceId: hostile.id });
  const read = parseConnectionString(connectionString ?? '');
  if (!read.ok) throw new Error('the device has no key');
  const { hostName, sharedAccessKey } = read.value;
  const identity = `${hostile.id}/$edgeAgent`;
  const password = signSharedAccessSignature(
    {
      resource: `${hostName}/devices/${hostile.id}/modules/$edgeAgent`,
      keyBase64: sharedAccessKey ?? '',
      expiresAtS: Math.round(Date.now() / 1000) + 3600,
    },
    hmacSha256Base64,
  );
  const liar = await mqtt.connectAsync(`mqtts://${hostName}`, {
    protocolVersion: 4,
    clientId: identity,
    username: `${hostName}/${identity}/?api-version=2021-04-12`,
    password,
    ca: readFileSync(hub.ready.caFile, 'utf8'),
    reconnectPeriod: 0,
  });
  // A key of a twin holds no dot.
  const names = ['<b>bold</b><script>1</script>', hostile.rtl.replace('.', ''), 'n'.repeat(1000)];
  const reports = names.map((name) => [
    name,
    {
      settings: { image: hostile.html },
      runtimeStatus: hostile.rtl,
      statusDescription: hostile.html + hostile.long.slice(0, 3000),
      exitCode: 137,
      restartCount: 1e15,
    },
  ]);
  liar.on('message', (topic, _payload) => {
    const call = parseMethodCall(topic);
    if (call === undefined) return;
    const lines = [hostile.html, hostile.ansi, hostile.rtl, hostile.long].map(
      (text, at) => `2026-01-01T00:00:0${at}Z ${text}`,
    );
    const body = names.map((id) => ({ id, payload: lines.join('\n') }));
    liar.publish(methodAnswerTopic(200, call.requestId), JSON.stringify(body));
  });
  await liar.subscribeAsync(methodCallsFilter);
  const report = {
    lastDesiredVersion: 1,
    lastDesiredStatus: { code: 500, description: hostile.html },
    modules: Object.fromEntries(reports),
  };
  await liar.publishAsync(twinReportTopic('1'), JSON.stringify(report), { qos: 1 });
  return liar;
}
