// A deployment as it is written: what can be made of it, and where each mistake stands.
import { describe, expect, test } from 'vitest';
import { nextId, nextVersion, readDraft, textOfDocument } from '#renderer/deployments/deployment-reading.ts';
import { withPasswordsOf } from '#renderer/deployments/hidden-passwords.ts';
import { deploymentTemplates } from '#renderer/deployments/deployment-templates.ts';

const layer = {
  id: 'debug',
  priority: 20,
  targetCondition: "tags.a = 'b'",
  labels: { team: 'x' },
  content: { modulesContent: { $edgeAgent: { 'properties.desired.modules.cam.env.L': { value: 'd' } } } },
  metrics: { queries: { all: 'SELECT deviceId FROM devices' } },
};

const read = (changes: object) => {
  const text = textOfDocument({ ...layer, ...changes });
  return { ...readDraft(text), told: readDraft(text).problems.map(({ at, from, to }) => [at, text.slice(from, to)]) };
};

test.each(deploymentTemplates)('when a draft begins with $title, nothing is wrong with it', ({ document }) => {
  const { problems, wanted } = readDraft(textOfDocument(document));
  expect(problems).toEqual([]);
  expect(wanted).toMatchObject({ id: document['id'], priority: document['priority'] });
});

test('when it can be made, it says what', () => {
  const { content, metrics, ...head } = layer;
  const wanted = { ...head, kind: 'edge', content: content.modulesContent, metricQueries: metrics.queries };
  expect(read({}).wanted).toEqual(wanted);
});

test.each([
  ['the id', { id: 'No Id' }, ['id', '"No Id"']],
  ['the priority', { priority: -1 }, ['priority', '-1']],
  ['the condition', { targetCondition: 'tags.' }, ['targetCondition', '"tags."']],
  ['a label', { labels: { a: 5 } }, ['labels.a', '5']],
  ['a metric', { metrics: { queries: { q: 'SELECT' } } }, ['metrics.queries.q', '"SELECT"']],
  [
    'content',
    { content: { modulesContent: { $edgeAgent: { nonsense: 1 } } } },
    ['content.modulesContent.$edgeAgent.nonsense', '1'],
  ],
  ['a twin value', { content: { deviceContent: { 'tags.x': 1 } } }, ['content.deviceContent["tags.x"]', '1']],
])('when %s is wrong, its place in the text is told and nothing can be made', (_what, changes, told) => {
  const reading = read(changes);
  expect(reading.wanted).toBeNull();
  expect(reading.told).toContainEqual(told);
});

const contentWith = (site: object) => ({
  modulesContent: { $edgeAgent: { 'properties.desired.runtime.settings.registryCredentials.site': site } },
});

test('when words stand in the place of a password, nothing is made of them, and its place is told', () => {
  const site = { username: 'u', password: 'contains a secret', address: 'a.example' };
  const path =
    'content.modulesContent.$edgeAgent["properties.desired.runtime.settings.registryCredentials.site"].password';
  const hidden = read({ content: contentWith(site) });
  expect(hidden.wanted).toBeNull();
  expect(hidden.told).toContainEqual([path, '"contains a secret"']);
  expect(read({ content: contentWith({ ...site, password: 's3cret' }) }).wanted).not.toBeNull();
});

test('when another document has the passwords, each comes to its own place', () => {
  const draft = { a: { password: 'contains a secret' }, b: { password: 'mine' }, c: { password: 'contains a secret' } };
  const filled = withPasswordsOf(draft, { a: { password: 'one' }, b: { password: 'two' } });
  expect(filled).toEqual({ a: { password: 'one' }, b: { password: 'mine' }, c: { password: 'contains a secret' } });
});

test('when the text is no JSON, the mistake has its line and its place', () => {
  const text = '{\n  "id": "a",,\n}';
  const { document, problems } = readDraft(text);
  expect(document).toBeNull();
  expect(problems).toMatchObject([{ at: 'line 2, column 13', severity: 'error' }]);
  expect(problems[0]?.from).toBe(14);
});

describe('the next version', () => {
  test.each([
    ['site-base', 'site-base-2'],
    ['line-v2', 'line-v3'],
    ['a9', 'a10'],
    ['7', '7-2'],
  ])('when %s gets one, it is called %s', (id, next) => {
    expect(nextId(id)).toBe(next);
  });

  test('when it is made of what was read, it reads the same under its own id', () => {
    const { wanted } = read({});
    if (wanted === null) throw new Error('it could be made');
    expect(readDraft(textOfDocument(nextVersion(wanted))).wanted).toEqual({ ...wanted, id: 'debug-2' });
  });
});
