// Several items in a file, over a real store: each for itself or all or none, in their order, and in pieces the store can take.
import { expect, test } from 'vitest';
import { aSite, baseInFile, edgeInFile, fileOf, layerInFile, outcomes, refusalsIn } from '#test/support/file-site.ts';

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

test('when it is all or none and the hub refuses one in the middle, nothing is imported', async () => {
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
