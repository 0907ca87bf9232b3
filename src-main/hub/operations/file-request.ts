// A request to check or import a file, read: bytes to text, text to JSON, JSON to a file of deployments, and what is said beside it.
import type { Json } from '#base/json.ts';
import { failure, type Result } from '#base/result.ts';
import type { FileRequest } from '#contract/console-files.ts';
import type { FileFlags } from '#domain/deployments/deployment-file-check.ts';
import { readDeploymentFile, readMetricQueries, type DeploymentFile } from '#domain/deployments/deployment-file.ts';
import { readJson } from '#domain/values/deployment-file-json.ts';
import type { Turns } from '#hub/turns/turns.ts';
import { textOfFile } from './file-text.ts';

/** Read between two looks at the clock. */
const valuesAtOnce = 2000;

export interface OpenedFile {
  readonly file: DeploymentFile;
  readonly flags: FileFlags;
}

/** The file with its flags, or why it is none; problems of single items are theirs and found later. */
export async function readRequest(request: FileRequest, turns: Turns): Promise<Result<OpenedFile>> {
  const { fileBase64, metricsBase64, fileName, priority, targetCondition, labels, noValidation } = request;
  const document = await documentOf(fileBase64, turns);
  const file = document.ok ? readDeploymentFile(document.value) : document;
  if (!file.ok) return file;
  const metrics = metricsBase64 === undefined ? undefined : await metricsOf(metricsBase64, turns);
  if (metrics?.ok === false) return metrics;
  const [first] = file.value.deployments;
  const isOne = file.value.format === 'deployment';
  const id = request.id ?? (isOne && first?.id === null ? idFromName(fileName) : undefined);
  const metricQueries = metrics?.value;
  const flags = { id, priority, targetCondition, labels, metricQueries };
  if (!isOne && Object.values(flags).some((flag) => flag !== undefined))
    return failure([
      {
        code: 'file.invalid',
        message:
          'the file holds several items, which say themselves what they are: leave out id, priority and the like.',
        at: 'file',
      },
    ]);
  return { ok: true, value: { file: file.value, flags: { ...flags, noValidation } } };
}

async function metricsOf(base64: string, turns: Turns): Promise<Result<Readonly<Record<string, string>>>> {
  const document = await documentOf(base64, turns);
  const queries = document.ok ? readMetricQueries(document.value) : document;
  if (queries.ok) return queries;
  return failure(queries.problems.map((problem) => ({ ...problem, at: `metrics file, ${problem.at}` })));
}

async function documentOf(base64: string, turns: Turns): Promise<Result<Json>> {
  const text = textOfFile(Buffer.from(base64, 'base64'));
  if (!text.ok) return text;
  const reading = readJson(text.value);
  for (;;) {
    const document = reading.advance(valuesAtOnce);
    if (document !== undefined) return document;
    await turns.next();
  }
}

/** `Line Base.deployment.json` → `line-base.deployment` → as far as an id allows it. */
function idFromName(fileName: string | undefined): string | undefined {
  if (fileName === undefined) return undefined;
  const id = fileName
    .replace(/\.json$/i, '')
    .toLowerCase()
    .replace(/[^a-z0-9\-+%_*!']+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 128);
  return id === '' ? undefined : id;
}
