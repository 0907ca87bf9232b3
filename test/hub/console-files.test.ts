// Files over the console's own wire: a real listener, a real window, bytes in base64.
import { afterEach, expect, test } from 'vitest';
import { createConsoleListener } from '#hub/console/console-listener.ts';
import { createImagesDouble } from '#test/support/console-images-double.ts';
import { createConsoleOperations } from '#test/support/console-operations.ts';
import { createConsoleSite, silentLog } from '#test/support/console-site.ts';
import { aSiteDesk } from '#test/support/site-desk-double.ts';
import { openConsoleWindow } from '#test/support/console-window.ts';
import { base64Of, baseInFile, fileOf } from '#test/support/file-site.ts';
import { theSiteFacts } from '#test/support/site-facts.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function openWindow() {
  const site = createConsoleSite();
  const listener = createConsoleListener({
    store: site.store,
    clock: site.clock,
    log: silentLog,
    hub: createConsoleOperations(site),
    images: createImagesDouble().images,
    siteDesk: aSiteDesk(site).console,
    host: '127.0.0.1',
    port: 0,
    rendererDir: '/nowhere',
    site: () => theSiteFacts,
    failureOf: () => undefined,
  });
  const { url } = await listener.start();
  cleanUps.push(() => listener.stop());
  const { client, close } = await openConsoleWindow(url);
  cleanUps.push(close);
  return { site, client };
}

test('when a window checks, imports and exports a file, all of it goes over the wire', async () => {
  const { site, client } = await openWindow();
  const file = fileOf(baseInFile('line'));
  expect(await client.checkFile.mutate(file)).toMatchObject({ items: [{ id: 'line', outcome: 'create' }] });
  expect(site.store.read.deployments.list()).toEqual([]);
  expect(await client.importFile.mutate({ ...file, mode: 'all' })).toMatchObject({ items: [{ outcome: 'created' }] });
  const exported = await client.exportDeployment.query({ id: 'line', reader: 'iot-hub' });
  expect(JSON.parse(exported.text)).toMatchObject(baseInFile('line'));
  const state = await client.exportSite.query({ reader: 'lanyard', devices: true });
  expect(JSON.parse(state.text)).toMatchObject({ configurations: { edgeDeployments: { line: {} } }, devices: {} });
});

test('when a file is as large as a file may be, it arrives', async () => {
  const { client } = await openWindow();
  const document = JSON.stringify({ ...baseInFile('line'), comment: 'x'.repeat(15 * 1024 * 1024) });
  const report = await client.checkFile.mutate({ fileBase64: base64Of(document) });
  expect(report).toMatchObject({ items: [{ id: 'line', outcome: 'create' }] });
});

test('when what is asked makes no sense, the window learns why', async () => {
  const { client } = await openWindow();
  await expect(client.exportModules.query({ deviceId: 'nobody' })).rejects.toMatchObject({
    message: "There is no device 'nobody' on this hub: register it first.",
    data: { code: 'device.unknown' },
  });
  await expect(client.checkFile.mutate({ fileBase64: '{"a":1}' })).rejects.toMatchObject({
    data: { code: 'BAD_REQUEST' },
  });
  await expect(client.exportDeployment.query({ id: 'x', reader: 'gcp' as never })).rejects.toMatchObject({
    data: { code: 'BAD_REQUEST' },
  });
});
