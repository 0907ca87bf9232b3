// The hub asks agents over real MQTT what stands in the way of a deployment, and takes whatever they answer.
import type { MqttClient } from 'mqtt';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { methodAnswerTopic, methodCallsFilter, parseMethodCall } from '#contract/device-topics.ts';
import { isEdgeDeployment, type EdgeDeployment } from '#domain/records/deployment.ts';
import type { PreflightSight } from '#domain/rollouts/preflight.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import { createDeploymentOperations } from '#hub/operations/deployment-operations.ts';
import { EvaluationController } from '#hub/evaluation/evaluation-controller.ts';
import { createPreflight, type Preflight } from '#hub/rollouts/preflight.ts';
import { RolloutController } from '#hub/rollouts/rollout-controller.ts';
import { createRolloutOperations } from '#hub/rollouts/rollout-operations.ts';
import { isAwake } from '#hub/rollouts/rollout-targets.ts';
import { eventually } from '#test/support/eventually.ts';
import { aBase, aLayer, deploymentId, deviceId, moduleIdentity } from '#test/support/hub-parts.ts';
import { newPolicy } from '#test/support/rollout-fleet.ts';
import { addDevice, connectMqtt, keyOf, startSiteHub, tokenFor, type SiteHub } from '#test/support/site-hub.ts';

type Deployments = ReturnType<typeof createDeploymentOperations>;
type Answer = { readonly status: number; readonly body: string } | null;
interface TestAgent {
  readonly client: MqttClient;
  readonly asked: JsonObject[];
}

const clock = createSystemClock();
const log = pino({ level: 'silent' });
const patient = { connectWithinMs: 500, answerWithinMs: 10_000 };
const nothing: PreflightSight = { platform: 'linux/amd64', freeBytes: 5e9, images: [], takenPorts: [] };
const sighted = (sight: object = {}): Answer => ({ status: 200, body: JSON.stringify({ ...nothing, ...sight }) });

let hub: SiteHub;
let evaluation: EvaluationController;
let deployments: Deployments;
let preflight: Preflight;
let id = '';
let count = 0;

beforeAll(async () => {
  hub = await startSiteHub();
  evaluation = new EvaluationController({ store: hub.store, clock, log, random: () => 0.5 });
  evaluation.start();
  deployments = createDeploymentOperations({ store: hub.store, clock });
  preflight = preflightWithin(patient);
});
beforeEach(() => {
  id = `d${(count += 1)}`;
  addDevice(hub, id);
});
afterEach(async () => {
  for (const client of hub.clients.splice(0)) client.end(true);
  for (const { id: made } of hub.store.read.deployments.list()) deployments.delete(made, '*', 'service');
  await evaluation.settled();
});
afterAll(async () => {
  await evaluation.stop();
  await hub.stop();
});

const preflightWithin = (limits: typeof patient): Preflight =>
  createPreflight({
    read: hub.store.read,
    log,
    catalog: () => evaluation.catalog,
    methods: hub.link.methods,
    limits,
  });

const claim = (preflightVersion: number, version = '0.1.0') =>
  hub.twins.report(moduleIdentity(id, '$edgeAgent'), {
    version: { version },
    lanyard: { agent: '0.1.0', preflight: preflightVersion },
  });

/** An agent that says it can be asked, and answers with `answer`. */
async function anAgent(answer: (client: MqttClient) => Answer): Promise<TestAgent> {
  await claim(1);
  const password = tokenFor(hub, `${id}/$edgeAgent`, { keyBase64: keyOf(hub, id) });
  const client = await connectMqtt(hub, `${id}/$edgeAgent`, { password });
  const asked: JsonObject[] = [];
  client.on('message', (topic, payload) => {
    const call = parseMethodCall(topic);
    if (call?.name !== 'Preflight') return;
    asked.push(JSON.parse(payload.toString()) as JsonObject);
    const given = answer(client);
    if (given !== null) client.publish(methodAnswerTopic(given.status, call.requestId), given.body);
  });
  await client.subscribeAsync(methodCallsFilter);
  await eventually(() => expect(isAwake(hub.store.read, deviceId(id))).toBe(true));
  return { client, asked };
}

function deployed(given: Parameters<Deployments['create']>[0]): EdgeDeployment {
  const deployment = deployments.create(given, 'service');
  if (!isEdgeDeployment(deployment)) throw new Error('not of modules');
  return deployment;
}
const ask = (deployment: EdgeDeployment) => preflight.ask({ deployment, deviceId: deviceId(id) });
const aTarget = () => deployed(aBase(`base-${id}`, { modules: ['web'], targetCondition: `deviceId = '${id}'` }));
const obstacle = (text: string) => ({ kind: 'wait', obstacles: [expect.stringContaining(text)] });

describe('a device that is asked', () => {
  test('when layers and a base make what it would get, it is asked about all of it, and its answer counts', async () => {
    aTarget();
    const { asked } = await anAgent(() =>
      sighted({ images: [{ image: 'extra:1', state: 'unobtainable', reason: 'no.' }] }),
    );
    const extra = deployed(aLayer(`layer-${id}`, 'extra', { targetCondition: `deviceId = '${id}'` }));
    expect(await ask(extra)).toEqual(obstacle("Image 'extra:1' of module 'extra' is not on the device"));
    expect(asked[0]?.['modules']).toMatchObject([
      { name: 'extra', image: 'extra:1' },
      { name: 'web', image: 'web:1' },
    ]);
    expect(hub.journal('method-called')).toEqual([]);
  });

  test('when it is outranked, nothing would change, and it is not asked', async () => {
    const below = aTarget();
    deployed(aBase(`above-${id}`, { priority: 9, targetCondition: `deviceId = '${id}'` }));
    const { asked } = await anAgent(() => sighted());
    expect(await ask(below)).toEqual({ kind: 'go' });
    expect(asked).toEqual([]);
  });

  const answers: [string, Answer, object][] = [
    ['nothing stands in its way', sighted(), { kind: 'go' }],
    [
      'it can never run it',
      sighted({ images: [{ image: 'web:1', state: 'present', platforms: ['linux/s390x'] }] }),
      { kind: 'never' },
    ],
    ['it does not know the method', { status: 404, body: '' }, { kind: 'go' }],
    ['it is an agent without such methods', { status: 501, body: '{}' }, { kind: 'go' }],
    ["it is IoT Edge's own", { status: 400, body: '{"message":"Unknown method"}' }, { kind: 'go' }],
    [
      'its engine is down',
      { status: 500, body: '{"message":"it is not\\nrunning."}' },
      obstacle('It could not look whether anything stands in its way: it is not running. Mend'),
    ],
    ['it fails without a word', { status: 500, body: '' }, obstacle('it answered with code 500')],
    ['it answers nothing', { status: 200, body: '' }, obstacle('cannot be understood')],
    ['it answers no JSON', { status: 200, body: '\u0000{' }, obstacle('cannot be understood')],
    ['it answers a list', { status: 200, body: '[]' }, obstacle('cannot be understood')],
    ['its types are wrong', sighted({ freeBytes: '5 GB' }), obstacle('cannot be understood')],
    ['it has less than nothing free', sighted({ freeBytes: -1 }), obstacle('cannot be understood')],
    [
      'a number is none',
      { status: 200, body: JSON.stringify(nothing).replace('5000000000', '1e999') },
      obstacle('cannot be understood'),
    ],
    [
      'its list is endless',
      sighted({ images: Array.from({ length: 1001 }, () => ({ image: 'a', state: 'absent' })) }),
      obstacle('cannot be understood'),
    ],
    ['a word is endless', sighted({ platform: 'x'.repeat(200_000) }), obstacle('cannot be understood')],
    ['it answers a megabyte', { status: 200, body: 'x'.repeat(1_000_000) }, obstacle('It went away')],
    [
      'it tells of what nobody asked',
      sighted({
        images: [
          { image: '__proto__', state: 'absent' },
          { image: 'b:1', state: 'unobtainable', reason: 'x' },
        ],
        takenPorts: [{ port: 1, protocol: 'tcp', container: 'x' }],
        more: { __proto__: null },
      }),
      { kind: 'go' },
    ],
  ];
  test.each(answers)('when %s, that is its own affair', async (_title, answer, expected) => {
    const target = aTarget();
    await anAgent(() => answer);
    expect(await ask(target)).toMatchObject(expected);
  });

  test('when it says nothing, it waits, and the time for it is bounded', async () => {
    const deployment = aTarget();
    const { asked } = await anAgent(() => null);
    const impatient = preflightWithin({ ...patient, answerWithinMs: 100 });
    expect(await impatient.ask({ deployment, deviceId: deviceId(id) })).toEqual(obstacle('It did not answer in time'));
    await eventually(() => expect(asked).toHaveLength(1));
  });

  test('when it vanishes while it is asked, it waits', async () => {
    const target = aTarget();
    await anAgent((client) => {
      client.end(true);
      return null;
    });
    expect(await ask(target)).toEqual(obstacle('It went away'));
  });

  test('when it does not say that it can be asked, or another agent took its place, it is left in peace', async () => {
    const target = aTarget();
    const { asked } = await anAgent(() => ({ status: 500, body: '' }));
    await claim(2);
    expect(await ask(target)).toEqual({ kind: 'go' });
    await claim(1, '1.5.4');
    expect(await ask(target)).toEqual({ kind: 'go' });
    expect(asked).toEqual([]);
  });

  test('when it takes no calls although it said so, it waits', async () => {
    const target = aTarget();
    const { client } = await anAgent(() => null);
    await client.unsubscribeAsync(methodCallsFilter);
    expect(await ask(target)).toEqual(obstacle('It went away'));
  });

  test('when it is away, and disabled, and a layer has no base, all of it is told at once', async () => {
    const layer = deployed(aLayer(`layer-${id}`, 'extra', { targetCondition: `deviceId = '${id}'` }));
    hub.registry.updateDevice({ deviceId: deviceId(id), isEdge: true, status: 'disabled' }, '*', 'service');
    await claim(1);
    expect(await ask(layer)).toEqual({
      kind: 'wait',
      obstacles: [
        'It is not connected: switch it on.',
        'It is disabled, so it cannot connect: enable it.',
        'No base deployment applies to it, and a layer alone changes nothing: deploy a base to it first.',
        'Its images, disk and ports were not looked at: that follows once this is mended.',
      ],
    });
  });
});

describe('a rollout', () => {
  test('when something stands in the way of one of its devices, that one waits and says why, and the other begins', async () => {
    const rollouts = new RolloutController({ store: hub.store, clock, log, preflight });
    rollouts.start();
    try {
      const operations = createRolloutOperations({ store: hub.store, clock, controller: rollouts });
      const createOptions = JSON.stringify({ HostConfig: { PortBindings: { '80/tcp': [{ HostPort: '80' }] } } });
      const [free, taken] = [`${id}-free`, `${id}-taken`];
      for (const [name, takenPorts] of [
        [free, []],
        [taken, [{ port: 80, protocol: 'tcp', address: '', container: 'nginx' }]],
      ] as const) {
        id = name;
        addDevice(hub, id);
        await anAgent(() => sighted({ takenPorts }));
      }
      const section = { schemaVersion: '1.1', modules: { web: { settings: { image: 'web:2', createOptions } } } };
      const deployment = {
        id: 'v2',
        priority: 5,
        targetCondition: `deviceId IN ['${free}', '${taken}']`,
        content: { $edgeAgent: { 'properties.desired': section } },
      };
      await operations.createRollout({ deployment, policy: newPolicy() });
      const rows = () => operations.rolloutDevices({ deploymentId: 'v2', after: null, limit: 10 }).rows;
      await eventually(() => {
        expect(rows().map(({ attempt }) => attempt)).toEqual([1, 0]);
        expect(rows()[1]?.explanation).toBe(
          "It waits for its turn: Port 80/tcp, which module 'web' wants, is taken by container 'nginx': stop that, or choose another port.",
        );
      });
      await eventually(() =>
        expect(hub.store.read.revisions.latest(deviceId(free))?.effective.base).toBe(deploymentId('v2')),
      );
    } finally {
      rollouts.stop();
    }
  });
});
