// One truth about heads of deployments: what is wrong with one is said in the same words at every door it may come through.
import { expect, test } from 'vitest';
import { problemText } from '#domain/values/problem-text.ts';
import { consoleCaller } from '#test/support/console-caller.ts';
import { createConsoleOperations } from '#test/support/console-operations.ts';
import { fileOf } from '#test/support/file-site.ts';
import { serviceCalls, url } from '#test/support/service-calls.ts';

const query = 'SELECT * FROM devices';

interface Head {
  readonly id?: unknown;
  readonly priority?: unknown;
  readonly targetCondition?: unknown;
  readonly labels?: unknown;
  readonly metricQueries?: unknown;
  readonly schemaVersion?: unknown;
}

const { parts, call } = serviceCalls();

function asConfiguration({ id = 'd', metricQueries, ...rest }: Head): Record<string, unknown> {
  const metrics = metricQueries === undefined ? {} : { metrics: { queries: metricQueries } };
  return { id, content: { deviceContent: { 'properties.desired.rate': 1 } }, ...rest, ...metrics };
}

/** What the service API answers: number, and the sentences after the code. */
async function putOverRest(head: Head): Promise<{ readonly number: number; readonly message: string }> {
  const { id, ...body } = asConfiguration(head);
  const response = await call('PUT', url(`/configurations/${encodeURIComponent(String(id))}`), { body });
  const { errorCode: number, Message: message } = response.json<{ errorCode: number; Message: string }>();
  return { number, message };
}

async function previewInConsole({ id = 'd', ...head }: Head): Promise<readonly string[]> {
  const content = { 'properties.desired.rate': 1 };
  const start = { kind: 'create', deploymentKind: 'device', priority: 0, targetCondition: '', content } as const;
  const change = { ...start, id, ...head } as never;
  const answer = await consoleCaller(parts).preview({ changes: [change] });
  // The offset in a condition is a number of its own there, for the place to be marked while one types.
  return answer.ok
    ? []
    : answer.problems.map(({ at, message }) => (typeof at === 'number' ? `at ${at}: ` : '') + message);
}

async function importFile(head: Head): Promise<readonly string[]> {
  const { files } = createConsoleOperations(parts);
  const report = await files.importFile({ ...fileOf(asConfiguration(head)), mode: 'all' });
  return [...report.problems, ...report.items.flatMap(({ problems }) => problems)].map(problemText);
}

const wholeNumber = 'it must be a whole number from 0 to 2147483647.';
const characters = "1 to 128 lower-case letters, digits or any of -+%_*!'.";
const notTexts = 'it must be an object of texts by name.';

test.each<readonly [string, Head, number, string, string]>([
  ['an id with a space', { id: 'a b' }, 400004, 'id', `it cannot be "a b": use ${characters}`],
  ['an endless id', { id: 'x'.repeat(150) }, 400004, 'id', `it cannot be "${'x'.repeat(150)}": use ${characters}`],
  ['a priority below 0', { priority: -1 }, 400004, 'priority', wholeNumber],
  ['a priority too high', { priority: 2 ** 31 }, 400004, 'priority', wholeNumber],
  ['a broken priority', { priority: 1.5 }, 400004, 'priority', wholeNumber],
  ['a priority in words', { priority: 'high' }, 400004, 'priority', wholeNumber],
  ['labels that are a list', { labels: ['a'] }, 400004, 'labels', notTexts],
  ['a label that is a number', { labels: { a: 'b', c: 1 } }, 400004, 'labels.c', 'it must be a text.'],
  [
    'too many labels',
    { labels: Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`l${at}`, ''])) },
    400004,
    'labels',
    'it has 101 labels, and this hub allows 100: remove some',
  ],
  [
    'a label as long as a book',
    { labels: { a: 'x'.repeat(32_768) } },
    400004,
    'labels',
    'it has 32769 characters of labels, and this hub allows 32768: shorten them',
  ],
  ['a schema version that is a number', { schemaVersion: 2 }, 400004, 'schemaVersion', 'it must be a text.'],
  [
    'an endless schema version',
    { schemaVersion: '1'.repeat(129) },
    400004,
    'schemaVersion',
    'it has 129 characters, and at most 128 are kept: write "1.0".',
  ],
  ['a condition that is a list', { targetCondition: ['*'] }, 400401, 'targetCondition', 'it must be a text.'],
  [
    'a condition that breaks off',
    { targetCondition: 'tags.a =' },
    400401,
    'targetCondition',
    'at 8: something is missing after =',
  ],
  [
    'an endless condition',
    { targetCondition: `tags.a = '${'x'.repeat(8192)}'` },
    400401,
    'targetCondition',
    'it has 8203 characters of a target condition, and this hub allows 8192: tag the devices and match the tag.',
  ],
  ['metrics that are a list', { metricQueries: [] }, 400404, 'metrics.queries', notTexts],
  ['a metric that is a number', { metricQueries: { q: 1 } }, 400404, 'metrics.queries.q', 'it must be a text.'],
  [
    'a metric that is no query',
    { metricQueries: { q: 'SELEKT' } },
    400404,
    'metrics.queries.q',
    'at 0: a query starts',
  ],
  [
    'too many metrics',
    { metricQueries: { a: query, b: query, c: query, d: query, e: query, f: query } },
    400404,
    'metrics.queries',
    'it has 6 custom metrics, and this hub allows 5: remove some',
  ],
  [
    'a metric with an endless name',
    { metricQueries: { ['x'.repeat(1025)]: query } },
    400404,
    'metrics.queries',
    "it has 1025 characters in a metric's name, and this hub allows 1024: shorten it",
  ],
])('when a head has %s, every door says so in the same words', async (_what, head, number, at, sentence) => {
  const answer = await putOverRest(head);
  expect(answer).toEqual({ number, message: expect.stringContaining(`${at}: ${sentence}`) });
  expect(await previewInConsole(head)).toEqual([expect.stringContaining(sentence)]);
  expect(await importFile(head)).toEqual([expect.stringContaining(`${at}: ${sentence}`)]);
  expect(parts.store.read.deployments.list()).toEqual([]);
});

test('when everything is wrong, every door says all of it at once', async () => {
  const head = {
    id: 'a b',
    priority: -1,
    labels: { a: 1 },
    schemaVersion: 2,
    targetCondition: 'tags.',
    metricQueries: { q: 'SELEKT' },
  };
  const imported = await importFile(head);
  expect(imported.map((text) => text.slice(0, text.indexOf(':')))).toEqual([
    'id',
    'priority',
    'labels.a',
    'schemaVersion',
    'targetCondition',
    'metrics.queries.q',
  ]);
  const previewed = await previewInConsole(head);
  expect(previewed).toEqual(imported.map((text) => text.slice(text.indexOf(':') + 2)));
  expect(await putOverRest(head)).toEqual({ number: 400004, message: expect.stringContaining(imported.join(' ')) });
});
