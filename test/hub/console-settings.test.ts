// The limits as the page asks for them and sets them, and what they then mean for what is created, imported and previewed.
import { beforeEach, expect, test } from 'vitest';
import { consoleCaller } from '#test/support/console-caller.ts';
import { createHubParts, type HubParts } from '#test/support/hub-parts.ts';

let parts: HubParts;
beforeEach(() => {
  parts = createHubParts();
});

const caller = () => consoleCaller(parts);

test('when limits are set, all of them are told back, and so they are to whoever asks next', async () => {
  const console = caller();
  const rows = await console.setDeploymentLimits({ limits: { labels: 7 } });
  expect(rows).toHaveLength(7);
  expect(rows).toContainEqual(
    expect.objectContaining({ name: 'labels', value: 7, setting: 7, usual: 100, most: 1000 }),
  );
  expect(await console.deploymentLimits()).toEqual(rows);
  expect(parts.journal('deployment-limits-changed')).toMatchObject([{ actor: 'console' }]);
});

test.each<[unknown, RegExp]>([
  [
    { limits: { labels: '7' } },
    /^The limits stay as they are: labels: it takes a whole number from 1 to 1000, not "7"\.$/,
  ],
  [{ limits: { lables: 7 } }, /there is no such limit: choose one of deployments,/],
  [{ limits: null }, /must be a JSON object/],
  [{ limits: Object.fromEntries(Array.from({ length: 51 }, (_, at) => [at, 1])) }, /at most 50 limits/],
  [{ labels: 7 }, /[Uu]nrecognized key/],
])('when %j is asked for, it is refused in words', async (request, message) => {
  await expect(caller().setDeploymentLimits(request as never)).rejects.toThrow(message);
  expect(parts.journal()).toEqual([]);
});
