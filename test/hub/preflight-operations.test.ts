// The console's dry run: what would stand in the way of a deployment that is there or only thought of, and nothing is written.
import { beforeEach, describe, expect, test } from 'vitest';
import type { RolloutRequest } from '#contract/console-rollouts.ts';
import { preflightQuestions } from '#domain/rollouts/preflight-finding.ts';
import { createPreflightOperations } from '#hub/rollouts/preflight-operations.ts';
import type { PreflightCase } from '#hub/rollouts/preflight.ts';
import { consoleCaller } from '#test/support/console-caller.ts';
import { runningHubParts } from '#test/support/fresh-hub-parts.ts';
import { aBase, aLayer, aModule, deploymentId, deviceId, moduleIdentity } from '#test/support/hub-parts.ts';

const parts = runningHubParts();
const asleep = 'It is not connected: switch it on.';
const withoutBase = 'No base deployment applies to it, and a layer alone changes nothing: deploy a base to it first.';

const notLookedAt = 'Its images, disk and ports were not looked at';
const later = `${notLookedAt}: that follows once this is mended.`;
const silent = `${notLookedAt}: its agent answers no such questions.`;
const six: unknown = preflightQuestions.map((question) => expect.objectContaining({ question }) as unknown);

beforeEach(() => {
  for (const id of ['d1', 'd2', 'd3', 'd4'])
    parts.registry.createDevice({ deviceId: deviceId(id), isEdge: id !== 'd4' }, 'service');
  for (const id of ['d1', 'd2'])
    parts.store.change((write) => write.devices.setPresence(moduleIdentity(id, '$edgeAgent'), 'Connected', 1));
});

const aThought = (given: ReturnType<typeof aLayer>): Exclude<RolloutRequest['deployment'], string> => {
  const { id, priority, targetCondition, content } = given;
  return { id, priority, targetCondition, content };
};
const above = (why: string) =>
  `It would not apply to it, for ${why}, and its images, disk and ports were not looked at: give it a higher priority.`;
const layer = aThought(aLayer('extra', 'extra', { targetCondition: "deviceId IN ['d1', 'd3']" }));

describe('a dry run', () => {
  test('when a deployment is only thought of, each device it means is looked at, and nothing is written', async () => {
    const lastSeq = () => parts.store.read.journal.lastSeq();
    const before = lastSeq();
    expect(await consoleCaller(parts).preflight({ deployment: layer })).toEqual({
      rows: [
        { deviceId: 'd1', answer: 'wait', sentences: [withoutBase, later], findings: six },
        { deviceId: 'd3', answer: 'wait', sentences: [asleep, withoutBase, later], findings: six },
      ],
      next: null,
    });
    expect(lastSeq()).toBe(before);
    parts.deployments.create(aBase('base'), 'service');
    expect(await consoleCaller(parts).preflight({ deployment: layer, deviceIds: ['d1'] })).toEqual({
      rows: [{ deviceId: 'd1', answer: 'go', sentences: [silent], findings: six }],
      next: null,
    });
    expect(parts.store.read.deployments.get(deploymentId('extra'))).toBe(undefined);
  });

  test('when devices are named, those it is not for say why', async () => {
    parts.deployments.create(aBase('base', { targetCondition: "deviceId = 'd4' OR deviceId = 'd1'" }), 'service');
    const deviceIds = ['nobody', 'd4', 'd3', 'd1', 'd1', '../x'];
    const { rows } = await consoleCaller(parts).preflight({ deployment: 'base', deviceIds });
    expect(rows.map(({ findings }) => findings.length)).toEqual([0, 6, 0, 0, 0]);
    expect(rows.map(({ deviceId: id, answer, sentences }) => `${id} ${answer} ${sentences.join(' ')}`)).toEqual([
      '../x never There is no such device on this hub.',
      `d1 go ${silent}`,
      "d3 never The deployment's condition does not mean it: change the condition, or the tags of the device.",
      'd4 never It is no edge device, so it runs no modules: set its capability iotEdge to true.',
      'nobody never There is no such device on this hub.',
    ]);
  });

  test('when another deployment ranks above it, it is told which, and that images, disk and ports were not looked at', async () => {
    parts.deployments.create(aBase('top', { priority: 9, targetCondition: "deviceId = 'd1'" }), 'service');
    parts.deployments.create(aBase('low', { targetCondition: "deviceId IN ['d1', 'd2', 'd3']" }), 'service');
    const console = consoleCaller(parts);
    expect((await console.preflight({ deployment: 'low' })).rows).toEqual([
      { deviceId: 'd1', answer: 'go', sentences: [above("base 'top' ranks above it")], findings: six },
      { deviceId: 'd2', answer: 'go', sentences: [silent], findings: six },
      { deviceId: 'd3', answer: 'wait', sentences: [asleep, later], findings: six },
    ]);
    expect((await console.preflight({ deployment: { ...layer, priority: 9 } })).rows).toMatchObject([
      { answer: 'go', sentences: [above("its priority is not above that of base 'top'")] },
      { answer: 'wait', sentences: [asleep, later] },
    ]);
  });

  test('when there are more than a page holds, the next page goes on', async () => {
    parts.deployments.create(aBase('base'), 'service');
    const console = consoleCaller(parts);
    const first = await console.preflight({ deployment: 'base', limit: 2 });
    expect([first.rows.map((row) => row.deviceId), first.next]).toEqual([['d1', 'd2'], 'd2']);
    const second = await console.preflight({ deployment: 'base', limit: 2, after: 'd2' });
    expect([second.rows.map((row) => row.deviceId), second.next]).toEqual([['d3'], null]);
    const named = await console.preflight({ deployment: 'base', limit: 1, after: 'd1', deviceIds: ['d3', 'd1', 'd2'] });
    expect([named.rows.map((row) => row.deviceId), named.next]).toEqual([['d2'], 'd2']);
  });

  test.each<[string, Parameters<ReturnType<typeof consoleCaller>['preflight']>[0], string]>([
    ['is not there', { deployment: 'gone' }, "There is no deployment 'gone' on this hub."],
    ['can have no such id', { deployment: 'a b' }, "There is no deployment 'a b' on this hub."],
    ['has content that cannot be read', { deployment: { ...layer, content: 1 } }, "'extra' cannot be kept as it is"],
    [
      'has a condition that cannot be read',
      { deployment: { ...layer, targetCondition: 'tags.' } },
      "'extra' cannot be kept as it is",
    ],
  ])('when the deployment %s, it is refused in words', async (_title, request, message) => {
    await expect(consoleCaller(parts).preflight(request)).rejects.toThrow(message);
  });

  test('when it is an automatic configuration, it is refused', async () => {
    const given = { ...aBase('auto'), kind: 'device', content: { 'properties.desired.a': 1 } } as const;
    parts.deployments.create(given, 'service');
    await expect(consoleCaller(parts).preflight({ deployment: 'auto' })).rejects.toThrow(
      'is an automatic configuration',
    );
  });

  test('when it is only thought of, it is looked at with all the others, and no device is asked once the window is closed', async () => {
    parts.deployments.create(aBase('base'), 'service');
    const cases: PreflightCase[] = [];
    const operations = createPreflightOperations({
      ...parts,
      preflight: {
        lookAt(asked) {
          cases.push(asked);
          return Promise.resolve(null);
        },
        outranked: () => null,
      },
    });
    const window = new AbortController();
    const content = { $edgeAgent: { 'properties.desired.modules.more': aModule('more:1') } };
    const deployment = { ...layer, content };
    await operations.preflight({ deployment, deviceIds: ['d1'], after: null, limit: 1 }, window.signal);
    const [asked] = cases;
    const subject = parts.store.read.twins.subject(deviceId('d1'));
    expect(subject && asked?.catalog?.match(subject).effective.applied).toEqual(['base', 'extra']);
    expect(asked?.isDue?.()).toBe(true);
    window.abort();
    expect(asked?.isDue?.()).toBe(false);
  });
});
