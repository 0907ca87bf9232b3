// Six answers of every device, each a sentence: also of a good one, and of what nobody looked at.
import { beforeEach, expect, test } from 'vitest';
import type { Json } from '#base/json.ts';
import { isEdgeDeployment } from '#domain/records/deployment.ts';
import type { PreflightSight } from '#domain/rollouts/preflight.ts';
import type { MethodOperations } from '#hub/hub-types.ts';
import { createPreflight, type SitePreflight } from '#hub/rollouts/preflight.ts';
import { runningHubParts } from '#test/support/fresh-hub-parts.ts';
import { aBase, aLayer, aModule, deploymentId, deviceId, moduleIdentity } from '#test/support/hub-parts.ts';

const parts = runningHubParts();
const agent = moduleIdentity('d1', '$edgeAgent');
let preflight: SitePreflight;
let answer: { readonly status: number; readonly payload: Json };
let asked: number;

const present = ['extra:1', 'web:1'].map((image) => ({ image, state: 'present', platforms: ['linux/amd64'] }) as const);
function see(sight: Partial<PreflightSight>): void {
  const all = { platform: 'linux/amd64', freeBytes: null, images: present, takenPorts: [], ...sight };
  answer = { status: 200, payload: all as unknown as Json };
}

beforeEach(async () => {
  see({});
  asked = 0;
  const methods: MethodOperations = {
    invoke() {
      asked += 1;
      return Promise.resolve(answer);
    },
  };
  preflight = createPreflight({ read: parts.store.read, log: parts.log, methods });
  parts.registry.createDevice({ deviceId: deviceId('d1'), isEdge: true }, 'service');
  connect('Connected');
  await parts.twins.report(agent, { version: { version: '1' }, lanyard: { agent: '1', preflight: 1 } });
});

function connect(state: 'Connected' | 'Disconnected'): void {
  parts.store.change((write) => write.devices.setPresence(agent, state, 1));
}

async function reportOf(id: string) {
  const deployment = parts.store.read.deployments.get(deploymentId(id));
  if (deployment === undefined || !isEdgeDeployment(deployment)) throw new Error(`'${id}' is not of modules`);
  const report = await preflight.lookAt({ deployment, deviceId: deviceId('d1') });
  const findings = report?.findings.map(
    ({ question, state, sentences }) => `${question} ${state}: ${sentences.join(' ')}`,
  );
  return { answer: report?.answer.kind, findings, alsoTold: report?.alsoTold };
}
const isWell = ['awake good: It is connected.', 'base good: It needs no other base: the deployment is one.'];
const unseen = (because: string) => [
  `architecture unseen: Its architecture was not looked at: ${because}.`,
  `image unseen: Its images were not looked at: ${because}.`,
  `disk unseen: Its disk was not looked at: ${because}.`,
  `ports unseen: Its ports were not looked at: ${because}.`,
];
const noneSeen = (because: string) => [`Its images, disk and ports were not looked at: ${because}.`];

test('when nothing stands in its way, each of the six is answered, and a layer names its base', async () => {
  parts.deployments.create(aBase('base', { modules: ['web'] }), 'service');
  parts.deployments.create(aLayer('extra', 'extra'), 'service');
  expect(await reportOf('extra')).toEqual({
    answer: 'go',
    findings: [
      'awake good: It is connected.',
      "base good: Base 'base' applies to it.",
      'architecture good: It is linux/amd64, and both images fit that.',
      'image good: Both images are on the device.',
      'disk good: It lacks no image that it would have to make room for.',
      'ports good: It needs no port.',
    ],
    alsoTold: [],
  });
});

test('when it is away or has no base, what only the device knows was not looked at', async () => {
  parts.deployments.create(aLayer('extra', 'extra'), 'service');
  connect('Disconnected');
  const because = 'that follows once this is mended';
  expect(await reportOf('extra')).toEqual({
    answer: 'wait',
    findings: [
      'awake bad: It is not connected: switch it on.',
      'base bad: No base deployment applies to it, and a layer alone changes nothing: deploy a base to it first.',
      ...unseen(because),
    ],
    alsoTold: [],
  });
  const [deployment] = parts.store.read.deployments.list().filter(isEdgeDeployment);
  if (deployment === undefined) throw new Error('there is no deployment');
  expect(await preflight.ask({ deployment, deviceId: deviceId('d1') })).toMatchObject({
    obstacles: { length: 3, 2: noneSeen(because)[0] },
  });
  expect(asked).toBe(0);
});

test.each(['an agent of somebody else', 'one that took its place'])(
  'when it has %s, it may go, and what was not looked at is told',
  async (which) => {
    parts.deployments.create(aBase('base'), 'service');
    const isOwn = which !== 'an agent of somebody else';
    await parts.twins.report(agent, isOwn ? { version: { version: '2' } } : { lanyard: null });
    const because = 'its agent answers no such questions';
    expect(await reportOf('base')).toEqual({
      answer: 'go',
      findings: [...isWell, ...unseen(because)],
      alsoTold: noneSeen(because),
    });
    expect(asked).toBe(0);
  },
);

test('when its agent does not know the question after all, the same is told', async () => {
  parts.deployments.create(aBase('base'), 'service');
  answer = { status: 404, payload: null };
  const because = 'its agent answers no such questions';
  expect(await reportOf('base')).toMatchObject({ answer: 'go', alsoTold: noneSeen(because) });
  expect(asked).toBe(1);
});

test('when it was asked and could not say, the sentence for that is the obstacle', async () => {
  parts.deployments.create(aBase('base'), 'service');
  answer = { status: 500, payload: { message: 'the engine is down.' } };
  const findings = [...isWell, ...unseen('it was asked and did not say')];
  expect(await reportOf('base')).toEqual({ answer: 'wait', findings, alsoTold: [] });
});

test('when it is outranked, nothing of it would apply, and it is not asked', async () => {
  parts.deployments.create(aBase('low'), 'service');
  parts.deployments.create(aBase('top', { priority: 9 }), 'service');
  const because = 'it would not apply';
  const findings = [...isWell, ...unseen(because)];
  expect(await reportOf('low')).toEqual({ answer: 'go', findings, alsoTold: noneSeen(because) });
  expect(asked).toBe(0);
});

test('when its images are for another architecture by their name, the rest was not looked at', async () => {
  const modules = { web: aModule('web:2-arm64v8') };
  const content = { $edgeAgent: { 'properties.desired': { schemaVersion: '1.1', modules } } };
  parts.deployments.create({ ...aBase('base'), content }, 'service');
  await parts.twins.report(agent, { runtime: { platform: { architecture: 'x86_64' } } });
  const because = 'the deployment is not for it';
  const misfit = "Image 'web:2-arm64v8' of module 'web' is for arm64v8, and the device is x86_64: deploy one for it.";
  expect(await reportOf('base')).toEqual({
    answer: 'never',
    findings: [...isWell, `architecture bad: ${misfit}`, ...unseen(because).slice(1)],
    alsoTold: noneSeen(because),
  });
  connect('Disconnected');
  expect(await reportOf('base')).toMatchObject({
    answer: 'never',
    findings: { 0: 'awake bad: It is not connected: switch it on.' },
  });
});

test('when an agent could not see its ports, that is told, and one of before is believed', async () => {
  const createOptions = JSON.stringify({ HostConfig: { PortBindings: { '80/tcp': [{ HostPort: '80' }] } } });
  const modules = { web: { settings: { image: 'web:1', createOptions } } };
  const content = { $edgeAgent: { 'properties.desired': { schemaVersion: '1.1', modules } } };
  parts.deployments.create({ ...aBase('base'), content }, 'service');
  expect((await reportOf('base')).findings).toContain('ports good: Port 80/tcp is free for it.');
  see({ arePortsSeen: false });
  expect((await reportOf('base')).findings).toContain(
    'ports unseen: Its ports were not looked at: it could not see who holds them.',
  );
});

test('when it is no edge device, the deployment is not for it, and nothing was looked at', async () => {
  parts.deployments.create(aBase('base'), 'service');
  parts.registry.updateDevice({ deviceId: deviceId('d1'), isEdge: false, status: 'enabled' }, '*', 'service');
  expect(await reportOf('base')).toEqual({ answer: 'never', findings: [], alsoTold: [] });
});
