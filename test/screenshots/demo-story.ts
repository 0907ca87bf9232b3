// What the demo site tells in the pictures: devices that run well, one group, and a rollout under way.
import { isJsonObject, type Json } from '#base/json.ts';
import type { openConsoleWindow } from '#test/support/console-window.ts';

type Client = Awaited<ReturnType<typeof openConsoleWindow>>['client'];

export interface DemoStory {
  readonly device: string;
  /** The one on which most deployments lie one over the other. */
  readonly layered: string;
  /** One that fails, when there is one. */
  readonly failing: string | null;
  readonly deployment: string;
  readonly rollout: string;
}

const readEveryMs = 250;
const settlesWithinMs = 60_000;

export async function prepareDemo(client: Client): Promise<DemoStory> {
  const rows = await devicesThere(client);
  const [first] = rows;
  const { rows: deployments } = await client.deployments.query({ after: null, limit: 50 });
  const shown = widestLayer(deployments);
  if (first === undefined || shown === undefined) throw new Error('the demo site has no device or no deployment');
  await client.setGroup.mutate({ id: 'canary', members: { condition: "tags.ring = 'canary'" } });
  return {
    device: (rows.find(({ state }) => state === 'healthy') ?? first).deviceId,
    layered: mostLayered(rows)?.deviceId ?? first.deviceId,
    failing: rows.find(({ state }) => state === 'failing')?.deviceId ?? null,
    deployment: shown.id,
    rollout: await startRollout(client, shown.id),
  };
}

/** Until there is something to be seen: a failure that a device reported, and a first wave that has ended. */
export async function settleDemo(client: Client, { rollout }: DemoStory): Promise<void> {
  await readUntil(
    () => client.deployments.query({ after: null, limit: 50 }),
    ({ rows }) => rows.some(({ reportedFailedCount }) => reportedFailedCount > 0),
  );
  await readUntil(
    () => client.rolloutRows.query({ after: null, limit: 50 }),
    ({ rows }) => rows.some((row) => row.deploymentId === rollout && row.waitsForPerson !== null),
  );
}

/** The layer that means the most devices, so that its pictures show many; without a layer, the first that is there. */
export function widestLayer<Row extends { readonly type: string; readonly targetedCount: number }>(
  rows: readonly Row[],
): Row | undefined {
  const [widest] = rows
    .filter(({ type }) => type === 'layer')
    .toSorted((some, other) => other.targetedCount - some.targetedCount);
  return widest ?? rows[0];
}

export function mostLayered<Row extends { readonly applied: readonly string[] }>(
  rows: readonly Row[],
): Row | undefined {
  return rows.toSorted((some, other) => other.applied.length - some.applied.length)[0];
}

/** The same with its first number doubled: what a person changes in a next version, and a comparison shows. */
export function withOneNumberChanged(content: Json): Json {
  let isChanged = false;
  const changed = (value: Json): Json => {
    if (isChanged) return value;
    if (typeof value === 'number') {
      isChanged = true;
      return value * 2;
    }
    if (Array.isArray(value)) return value.map(changed);
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, changed(child)]));
  };
  return changed(content);
}

/** Until all have come and one of them fails, as the demo has it: a module crashes again and again. */
async function devicesThere(client: Client) {
  const { rows } = await readUntil(
    () => client.devices.query({ after: null, limit: 100 }),
    ({ rows: found }) =>
      found.every(({ state }) => state !== 'never-seen') &&
      ['failing', 'healthy'].every((wanted) => found.some(({ state }) => state === wanted)),
  );
  return rows;
}

/** Or as it stands when that takes too long: a picture of it is a picture still. */
async function readUntil<T>(read: () => Promise<T>, isThere: (found: T) => boolean): Promise<T> {
  const endsAtMs = Date.now() + settlesWithinMs;
  for (;;) {
    const found = await read();
    if (isThere(found) || Date.now() > endsAtMs) return found;
    await new Promise((resolve) => {
      setTimeout(resolve, readEveryMs);
    });
  }
}

/** A new version of the layer, in waves: canaries first, then everybody when a person says so. */
async function startRollout(client: Client, from: string): Promise<string> {
  const exported = await client.exportDeployment.query({ id: from, reader: 'iot-hub' });
  const { content, priority, targetCondition } = JSON.parse(exported.text) as {
    readonly content: { readonly modulesContent: Json };
    readonly priority: number;
    readonly targetCondition: string;
  };
  const id = `${from}-next`;
  const gate = { successPercent: 100, soakMs: 0, needsPerson: true };
  await client.createRollout.mutate({
    deployment: {
      id,
      priority: priority + 1,
      targetCondition,
      labels: null,
      content: withOneNumberChanged(content.modulesContent),
    },
    policy: {
      targets: { kind: 'fixed' },
      waves: [
        { name: 'canary', members: { kind: 'group', groupId: 'canary' }, gate },
        { name: 'everybody', members: { kind: 'rest' }, gate: { ...gate, needsPerson: false } },
      ],
      concurrency: 4,
      startsAtMs: null,
      windows: [],
      retries: 1,
      stop: { atLeastFailed: 2, comparison: '≥', percent: 25, action: { kind: 'pause' } },
      budgets: [],
      stepLimitMs: 600_000,
      settleMs: 5_000,
    },
  });
  return id;
}
