// Files in, over a real store: what a check says is what the import does, and nothing is ever half imported.
import { describe, expect, test } from 'vitest';
import { createSystemClock } from '#entry/system-clock.ts';
import { createDeploymentFiles } from '#hub/deployment-files.ts';
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

describe('several items', () => {
  test('when each is for itself, what is right is imported and the rest says why not', async () => {
    const { importEach, files, deployments } = aSite();
    const list = [
      layerInFile('top'),
      baseInFile('bottom'),
      baseInFile('wrong', { priority: -1 }),
      baseInFile('bottom'),
      baseInFile('x', { content: {} }),
    ];
    const check = await files.checkFile(fileOf(list));
    expect(outcomes(check)).toEqual(['bottom create', 'wrong refused', 'bottom refused', 'top create', 'x refused']);
    expect(outcomes(await importEach(list))).toEqual([
      'bottom created',
      'wrong refused',
      'bottom refused',
      'top created',
      'x refused',
    ]);
    expect(refusalsIn(check)).toEqual([
      expect.stringContaining('[2].priority: it must be a whole number'),
      expect.stringContaining("[3]: 'bottom' is in the file twice"),
      expect.stringContaining('[4].content: it has no content'),
    ]);
    expect(deployments.list().map(({ id }) => id)).toEqual(['bottom', 'top']);
  });

  test('when it is all or none and one is wrong, nothing is imported', async () => {
    const { files, everything } = aSite();
    const list = [baseInFile('a'), baseInFile('b', { priority: -1 })];
    expect(outcomes(await files.importFile({ ...fileOf(list), mode: 'all' }))).toEqual(['a held', 'b refused']);
    expect(everything()).toEqual({ deployments: [], devices: [], journal: [] });
  });

  test('when it is all or none and the hub refuses one in the middle, the first is taken back too', async () => {
    const { files, everything } = aSite();
    const tags = Object.fromEntries(['a', 'b', 'c'].map((key) => [key, 'x'.repeat(4000)]));
    const state = {
      configurations: { edgeDeployments: { a: baseInFile('a') } },
      devices: { 'edge-1': edgeInFile({ twin: { tags } }), 'edge-2': edgeInFile() },
    };
    const report = await files.importFile({ ...fileOf(state), mode: 'all' });
    expect(outcomes(report)).toEqual(['a held', 'edge-1 refused', 'edge-2 held']);
    expect(refusalsIn(report)).toEqual([expect.stringMatching(/more than the 8192 allowed/)]);
    expect(everything()).toEqual({ deployments: [], devices: [], journal: [] });
  });

  test('when there is room for only some of its deployments, the check tells which, and the import does so', async () => {
    const { files, importEach, deployments } = aSite({ deployments: 2 });
    await importEach(baseInFile('here'));
    const list = [baseInFile('here'), baseInFile('a'), baseInFile('b'), baseInFile('a'), baseInFile('c')];
    const check = await files.checkFile(fileOf(list));
    expect(outcomes(check)).toEqual(['here same', 'a create', 'b refused', 'a refused', 'c refused']);
    expect(refusalsIn(check)).toEqual([
      expect.stringContaining('[2]: This hub allows 2 deployments and configurations, and has 2: delete one'),
      expect.stringContaining('twice'),
      expect.stringContaining('[4]: This hub allows 2 deployments'),
    ]);
    const all = await files.importFile({ ...fileOf(list), mode: 'all' });
    expect(all.items.map(({ problems }) => problems)).toEqual(check.items.map(({ problems }) => problems));
    expect(outcomes(await importEach(list))).toEqual(['here same', 'a created', 'b refused', 'a refused', 'c refused']);
    expect(deployments.list().map(({ id }) => id)).toEqual(['here', 'a']);
  });

  test('when it is all or none and all is right, all is there', async () => {
    const { files, importEach, deployments } = aSite();
    await importEach(baseInFile('a'));
    const list = {
      configurations: { edgeDeployments: { a: baseInFile('a'), b: layerInFile('b') } },
      devices: { 'edge-1': edgeInFile() },
    };
    const report = await files.importFile({ ...fileOf(list), mode: 'all' });
    expect(outcomes(report)).toEqual(['a same', 'b created', 'edge-1 created']);
    expect(deployments.list()).toHaveLength(2);
  });

  test('when there are more than one transaction should hold, each has its own', async () => {
    const { files } = aSite();
    const devices = Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`d${index}`, {}]));
    const request = fileOf({ devices });
    await expect(files.importFile({ ...request, mode: 'all' })).rejects.toMatchObject({ code: 'request.too-large' });
    expect(
      new Set(outcomes(await files.importFile({ ...request, mode: 'each' })).map((text) => text.split(' ')[1])),
    ).toEqual(new Set(['created']));
  });

  test('when flags are given for many, they are refused', async () => {
    const { importEach } = aSite();
    expect(refusalsIn(await importEach([baseInFile('a')], { priority: 5 }))).toEqual([
      expect.stringContaining('leave out id, priority'),
    ]);
  });

  test('when something breaks that is no refusal, it is not reported as one', async () => {
    const { files, store } = aSite();
    store.close();
    await expect(files.importFile({ ...fileOf(baseInFile('a')), mode: 'each' })).rejects.toThrow();
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
