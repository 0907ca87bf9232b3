// One truth about the limits of deployments: what a site sets holds at once at every door, a preview says what then happens, and a
// limit that is lowered leaves what is there alone.
import { beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import type { PreviewChange } from '#domain/layering/preview-change.ts';
import type { ConsoleOperations } from '#hub/console/console-source.ts';
import type { LimitName } from '#domain/deployments/deployment-limits.ts';
import { createConsoleOperations } from '#test/support/console-operations.ts';
import { fileOf, outcomes, refusalsIn } from '#test/support/file-site.ts';
import { aNewDeployment, deviceId } from '#test/support/hub-parts.ts';
import { serviceCalls, url } from '#test/support/service-calls.ts';

const { parts, call } = serviceCalls();
let hub: ConsoleOperations;
beforeEach(() => {
  hub = createConsoleOperations(parts);
});

const query = 'SELECT * FROM devices';
const content = { modulesContent: { $edgeAgent: {}, a: { 'properties.desired.rate': 1 }, b: {} } };

interface Wanted {
  readonly targetCondition?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly metricQueries?: Readonly<Record<string, string>>;
}

const configuration = ({ metricQueries = {}, ...rest }: Wanted, priority = 0): JsonObject => ({
  id: 'd',
  content,
  targetCondition: '*',
  labels: null,
  ...rest,
  priority,
  metrics: { queries: metricQueries },
});

async function put(wanted: Wanted, { priority, ifMatch }: { priority?: number; ifMatch?: string } = {}) {
  const options = { body: configuration(wanted, priority), ...(ifMatch && { headers: { 'if-match': ifMatch } }) };
  const response = await call('PUT', url('/configurations/d'), options);
  const { errorCode = null, Message = '' } = response.json<{ errorCode?: number; Message?: string }>();
  return { status: response.statusCode, number: errorCode, message: Message };
}

async function preview(change: PreviewChange): Promise<readonly string[]> {
  const answer = await hub.previews.preview([change]);
  return answer.ok ? [] : answer.problems.map(({ message }) => message);
}

const creation = (wanted: Wanted): PreviewChange => ({
  kind: 'create',
  id: 'd',
  priority: 0,
  targetCondition: '*',
  ...wanted,
  content: content.modulesContent,
});

const setModules = () => call('POST', url('/devices/e1/applyConfigurationContent'), { body: content });

const set = (limits: JsonObject) => hub.settings.setDeploymentLimits({ limits });

/** What it takes of the limit, and what IoT Hub answers beyond it. */
const cases: readonly (readonly [LimitName, Wanted, number, number, string])[] = [
  ['modulesPerDeployment', {}, 2, 400402, 'InvalidConfigurationContent'],
  ['customMetrics', { metricQueries: { a: query, b: query } }, 2, 400404, 'InvalidConfigurationCustomMetricsQuery'],
  ['metricNameCharacters', { metricQueries: { abc: query } }, 3, 400404, 'InvalidConfigurationCustomMetricsQuery'],
  ['labels', { labels: { a: 'b', c: 'd' } }, 2, 400004, 'ArgumentInvalid'],
  ['labelCharacters', { labels: { a: 'b', c: 'd' } }, 4, 400004, 'ArgumentInvalid'],
  ['conditionCharacters', { targetCondition: "tags.a = 'b'" }, 12, 400401, 'InvalidConfigurationTargetCondition'],
];

describe.each(cases)('%s', (name, wanted, size, number, code) => {
  test('when it is lower than what comes, every door refuses in the same words; when it is not, none does', async () => {
    await set({ [name]: size - 1 });
    const words = new RegExp(`it has ${size} .*, and this hub allows ${size - 1}: .*, or raise the limit ${name} `);
    const [told = ''] = await preview(creation(wanted));
    expect(told).toMatch(words);
    expect(await put(wanted)).toEqual({ status: 400, number, message: expect.stringContaining(told) });
    expect((await put(wanted)).message).toMatch(new RegExp(`^ErrorCode:${code};`));
    const file = fileOf(configuration(wanted));
    expect(refusalsIn(await hub.files.checkFile(file))).toEqual([expect.stringContaining(told)]);
    expect(refusalsIn(await hub.files.importFile({ ...file, mode: 'all' }))).toEqual([expect.stringContaining(told)]);
    expect(parts.deployments.list()).toEqual([]);

    await set({ [name]: size });
    expect(await preview(creation(wanted))).toEqual([]);
    expect(outcomes(await hub.files.checkFile(file))).toEqual(['d create']);
    expect(await put(wanted)).toMatchObject({ status: 200 });
  });

  test('when it is lowered below what is there, that may be aimed and ranked anew, and is the same in a file', async () => {
    await put(wanted);
    await set({ [name]: 1 });
    expect(await preview({ kind: 'update', id: 'd', priority: 7 })).toEqual([]);
    expect(outcomes(await hub.files.checkFile(fileOf(configuration(wanted))))).toEqual(['d same']);
    expect(await put(wanted, { priority: 7, ifMatch: '*' })).toMatchObject({ status: 200 });
    const file = { ...fileOf(configuration(wanted, 8)), mode: 'all', existing: 'update' } as const;
    expect(outcomes(await hub.files.importFile(file))).toEqual(['d updated']);
  });
});

test('when there are as many deployments as may be, one more is the 413 that IoT Hub has for it, and foreseen', async () => {
  parts.deployments.create(aNewDeployment('one'), 'service');
  parts.deployments.create(aNewDeployment('two'), 'service');
  await set({ deployments: 1 });
  const told =
    'This hub allows 1 deployments and configurations, and has 2: delete one that is no longer needed, or raise the limit ' +
    "deployments (in the hub's settings, or with --limit at its start).";
  expect(await preview(creation({}))).toEqual([told]);
  expect(await put({})).toEqual({
    status: 413,
    number: 413101,
    message: `ErrorCode:ConfigurationCountLimitExceeded;${told}`,
  });
  expect(await preview({ kind: 'update', id: 'one', priority: 3 })).toEqual([]);
  parts.deployments.update(aNewDeployment('one', { priority: 3 }), '*', 'service');
  await set({ deployments: null });
  expect(await preview(creation({}))).toEqual([]);
  expect(await put({})).toMatchObject({ status: 200 });
});

test('when one is deleted first, a preview has room for another', async () => {
  parts.deployments.create(aNewDeployment('one'), 'service');
  await set({ deployments: 1 });
  const answer = await hub.previews.preview([
    { kind: 'delete', id: 'one' },
    creation({}),
    { ...creation({}), id: 'e' } as never,
  ]);
  expect(answer).toMatchObject({ ok: false, problems: [{ change: 2, code: 'deployment.limit', at: 'id' }] });
});

test('when a manifest is set on one device, its modules are counted too', async () => {
  parts.registry.createDevice({ deviceId: deviceId('e1'), isEdge: true }, 'service');
  await set({ modulesPerDeployment: 1 });
  const refusal = await setModules();
  expect(refusal.statusCode).toBe(400);
  expect(refusal.json()).toMatchObject({
    errorCode: 400402,
    Message: expect.stringContaining('modulesContent: it has 2 modules, and this hub allows 1: split it'),
  });
  await set({ modulesPerDeployment: 2 });
  expect((await setModules()).statusCode).toBe(204);
});
