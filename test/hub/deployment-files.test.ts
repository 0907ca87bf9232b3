// Files in, over a real store: what a check says is what the import does, and nothing is ever half imported.
import { describe, expect, test } from 'vitest';
import { createSystemClock } from '#entry/system-clock.ts';
import { createDeploymentFiles } from '#hub/operations/deployment-files.ts';
import { aManifest } from '#test/support/build-manifest.ts';
import {
  aSite,
  baseInFile,
  base64Of,
  edgeInFile,
  fileOf,
  layerInFile,
  outcomes,
  refusalsIn,
} from '#test/support/file-site.ts';
import { deploymentId } from '#test/support/hub-parts.ts';

describe('a file of one deployment', () => {
  test('when it is only content, its id comes from its name and the check writes nothing', async () => {
    const { files, everything } = aSite();
    const before = everything();
    const report = await files.checkFile({
      ...fileOf({ modulesContent: aManifest() }),
      fileName: 'Line Base (2).json',
    });
    expect(report).toMatchObject({
      format: 'deployment',
      items: [{ id: 'line-base-2', kind: 'base', outcome: 'create', problems: [], warnings: [] }],
      problems: [],
    });
    expect(everything()).toEqual(before);
  });

  test('when it is imported, the deployment is there as the file and the flags say', async () => {
    const { files, deployments, journal } = aSite();
    const report = await files.importFile({
      ...fileOf({ content: { modulesContent: aManifest() } }),
      metricsBase64: base64Of(JSON.stringify({ queries: { all: 'SELECT * FROM devices' } })),
      mode: 'each',
      id: 'line',
      priority: 7,
      targetCondition: "tags.site = 'north'",
      labels: { name: 'Line' },
    });
    expect(outcomes(report)).toEqual(['line created']);
    expect(deployments.get(deploymentId('line'))).toMatchObject({
      kind: 'edge',
      priority: 7,
      targetCondition: "tags.site = 'north'",
      labels: { name: 'Line' },
      metricQueries: { all: 'SELECT * FROM devices' },
      content: aManifest(),
      schemaVersion: '2.0',
    });
    expect(journal()).toMatchObject([{ kind: 'deployment-created', actor: 'console', deploymentId: 'line' }]);
  });

  test('when it is an automatic configuration, it is one', async () => {
    const { importEach, deployments } = aSite();
    const device = { content: { deviceContent: { 'properties.desired.a': 1 } } };
    const module = {
      content: { moduleContent: { 'properties.desired.a': 1 } },
      targetCondition: 'from devices.modules where tags.a = 1',
    };
    const first = await importEach(device, { id: 'd' });
    const second = await importEach(module, { id: 'm' });
    expect([first, second].map(({ items }) => items[0]?.kind)).toEqual([
      'device-configuration',
      'module-configuration',
    ]);
    expect(deployments.list()).toMatchObject([
      { id: 'd', kind: 'device' },
      { id: 'm', kind: 'module' },
    ]);
  });

  test('when the manifest breaks its schema, it is refused with every path, and taken without validation', async () => {
    const { files, importEach, deployments } = aSite();
    const lean = { modulesContent: { $edgeAgent: { 'properties.desired.modules.a': { settings: { image: 'a:1' } } } } };
    const check = await files.checkFile({ ...fileOf(lean), id: 'lean' });
    expect(refusalsIn(check)).toHaveLength(3);
    expect(refusalsIn(check)[0]).toContain(
      'modulesContent.$edgeAgent["properties.desired.modules.a"].type: it is missing',
    );
    expect(outcomes(await importEach(lean, { id: 'lean' }))).toEqual(['lean refused']);
    expect(deployments.list()).toEqual([]);
    const taken = await importEach(lean, { id: 'lean', noValidation: true });
    expect(outcomes(taken)).toEqual(['lean created']);
    expect(taken.items[0]?.warnings).toHaveLength(3);
  });

  test('when only the hub itself can refuse it, the check says so as well', async () => {
    const { files, importEach, everything } = aSite({ customMetrics: 1 });
    const document = baseInFile('b', {
      metrics: { queries: { a: 'SELECT * FROM devices', b: 'SELECT * FROM devices' } },
    });
    const before = everything();
    const check = await files.checkFile(fileOf(document));
    expect(refusalsIn(check)).toEqual([expect.stringContaining('this hub allows 1')]);
    expect(await importEach(document)).toEqual(check);
    expect(everything()).toEqual(before);
  });

  test.each<[string, string | Uint8Array, string]>([
    ['no JSON', '{\n  "a": 1,\n}', 'line 2, column 9: a comma stands before }: remove it.'],
    ['no UTF-8', Uint8Array.from([0x7b, 0x22, 0x0a, 0x61, 0xff, 0x22, 0x7d]), 'line 2, column 2: it is no UTF-8 text'],
    ['UTF-16 without a mark', Buffer.from('{"a":1}', 'utf16le'), 'file: it is UTF-16 without a mark'],
    ['half of UTF-16', Uint8Array.from([0xff, 0xfe, 0x7b]), 'line 1, column 1: it is no UTF-16LE text'],
    ['empty', '', 'line 1, column 1: the file is empty'],
    ['no deployment', '{"version":3}', 'file: it is no file of a deployment'],
    ['too large', 'x'.repeat(16 * 1024 * 1024 + 1), 'and 16777216 are read at once: split it'],
    ['deep', '['.repeat(200), 'it nests more than 64 levels deep'],
    ['inexact', '{"modulesContent":{"a":9007199254740993}}', 'is too large to be kept exactly'],
    ['twice the same key', '{"modulesContent":{},"modulesContent":{}}', 'is there twice in one object'],
  ])('when it is %s, it is refused and nothing is stored', async (_title, content, words) => {
    const { files, everything } = aSite();
    const report = await files.importFile({ fileBase64: base64Of(content), mode: 'all' });
    expect(report).toMatchObject({ format: null, items: [] });
    expect(refusalsIn(report)).toEqual([expect.stringContaining(words)]);
    expect(everything()).toEqual({ deployments: [], devices: [], journal: [] });
  });

  test.each<[string, Uint8Array]>([
    ['with a byte order mark', Buffer.from(`\uFEFF${JSON.stringify(baseInFile('b'))}`)],
    ['with line ends of Windows', Buffer.from(JSON.stringify(baseInFile('b'), null, 2).replaceAll('\n', '\r\n'))],
    ['as PowerShell writes it', Buffer.from(`\uFEFF${JSON.stringify(baseInFile('b'))}`, 'utf16le')],
    ['as UTF-16 of the other order', Buffer.from(`\uFEFF${JSON.stringify(baseInFile('b'))}`, 'utf16le').swap16()],
  ])('when it is saved %s, it is the same file', async (_title, bytes) => {
    const { files } = aSite();
    expect(outcomes(await files.importFile({ fileBase64: base64Of(bytes), mode: 'each' }))).toEqual(['b created']);
  });

  test.each<[string, unknown, string]>([
    ['no JSON', '{', 'metrics file, line 1, column 2'],
    ['no metrics', JSON.stringify({ modulesContent: {} }), 'metrics file, queries: it must be an object'],
  ])('when the metrics file beside it is %s, nothing is imported', async (_title, metrics, words) => {
    const { files } = aSite();
    const request = { ...fileOf(baseInFile('b')), metricsBase64: base64Of(String(metrics)), mode: 'each' } as const;
    expect(refusalsIn(await files.importFile(request))).toEqual([expect.stringContaining(words)]);
  });

  test.each([undefined, '???.json'])(
    'when neither file nor its name %j give an id, it is asked for',
    async (fileName) => {
      const { files } = aSite();
      const request = { ...fileOf({ modulesContent: aManifest() }), ...(fileName !== undefined && { fileName }) };
      expect(refusalsIn(await files.checkFile(request))).toEqual([
        expect.stringContaining('id: there is none: give the deployment one'),
      ]);
    },
  );
});

describe('what is there already', () => {
  test('when it is there as in the file, nothing happens', async () => {
    const { importEach, files, everything } = aSite();
    await importEach(baseInFile('b'));
    const before = everything();
    expect(outcomes(await files.checkFile(fileOf(baseInFile('b'))))).toEqual(['b same']);
    expect(outcomes(await importEach(baseInFile('b'), { existing: 'update' }))).toEqual(['b same']);
    expect(everything()).toEqual(before);
  });

  test('when it is aimed otherwise, it is kept, or updated when asked to', async () => {
    const { importEach, files, deployments } = aSite();
    await importEach(baseInFile('b'));
    const other = baseInFile('b', { priority: 11, labels: { a: 'b' }, targetCondition: 'tags.a = 1' });
    expect(await importEach(other)).toMatchObject({
      items: [{ outcome: 'different', changes: ['priority', 'targetCondition', 'labels'] }],
    });
    expect(outcomes(await files.checkFile({ ...fileOf(other), existing: 'update' }))).toEqual(['b update']);
    expect(deployments.get(deploymentId('b'))).toMatchObject({ priority: 10, version: 1 });
    expect(outcomes(await importEach(other, { existing: 'update' }))).toEqual(['b updated']);
    expect(deployments.get(deploymentId('b'))).toMatchObject({ priority: 11, labels: { a: 'b' }, version: 2 });
  });

  test('when its content is another, it stays, and to update it is refused', async () => {
    const { importEach } = aSite();
    await importEach(baseInFile('b'));
    expect(await importEach(layerInFile('b', { priority: 10 }))).toMatchObject({
      items: [{ outcome: 'different', changes: ['content'] }],
    });
    const refused = await importEach(layerInFile('b'), { existing: 'update' });
    expect(refusalsIn(refused)).toEqual([
      expect.stringContaining("'b' is there with other content, which cannot change"),
    ]);
  });
});

describe('beside the hub’s other work', () => {
  test('when a file is large, the loop gets its turns while the file is checked and imported', async () => {
    const { store } = aSite();
    const files = createDeploymentFiles({ store, clock: createSystemClock() });
    const devices = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`d${index}`, edgeInFile()]));
    let turns = 0;
    const turn = setInterval(() => (turns += 1), 1);
    await files.checkFile(fileOf({ devices }));
    const afterCheck = turns;
    await files.importFile({ ...fileOf({ devices }), mode: 'each' });
    clearInterval(turn);
    expect(afterCheck).toBeGreaterThan(3);
    expect(turns - afterCheck).toBeGreaterThan(3);
  });
});
