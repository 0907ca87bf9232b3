// The items of a file against what is here: what each would do, and the doing of it inside a transaction.
import { AppError } from '#base/errors.ts';
import { isDeviceId, type DeploymentId } from '#base/ids.ts';
import type { Json } from '#base/json.ts';
import { jsonEquals } from '#base/merge-patch.ts';
import type { Problem } from '#base/result.ts';
import type { ItemOutcome, ItemReport } from '#contract/file-report.ts';
import { deploymentType } from '#domain/deployments/deployment-content.ts';
import {
  checkFileDeployment,
  wantedId,
  type FileFlags,
  type WantedDeployment,
} from '#domain/deployments/deployment-file-check.ts';
import type { FileDeployment } from '#domain/deployments/deployment-file-item.ts';
import type { DeploymentFile } from '#domain/deployments/deployment-file.ts';
import { noMoreDeployments, sizeOf, widenedTo, type DeploymentLimits } from '#domain/deployments/deployment-limits.ts';
import type { FileDevice } from '#domain/deployments/hub-state-file.ts';
import type { Deployment } from '#domain/records/deployment.ts';
import type { NewDeployment } from '#hub/hub-types.ts';
import type { StoreReaders } from '#store/store-types.ts';
import { createDeployment, updateDeployment } from './deployment-operations.ts';
import { deviceDifferences, importDevice, type FileChange } from './file-devices.ts';

/** An item, and what it would do: `run` is null when that is nothing. */
export interface FileItem {
  readonly report: ItemReport;
  readonly run: ((change: FileChange) => void) | null;
}

export interface ItemOptions {
  readonly flags: FileFlags;
  /** Whether deployments that are there take over what of the file may change. */
  readonly isUpdating: boolean;
  readonly limits: DeploymentLimits;
}

/** One by one, so that whoever asks can let others run in between; deployments first, as the az CLI has it. */
export function* itemsOf(read: StoreReaders, file: DeploymentFile, options: ItemOptions): Generator<FileItem> {
  const seen = new Set<string>();
  let created = 0;
  for (const deployment of file.deployments) {
    const item = deploymentItem(read, deployment, options);
    const { report } = item;
    const isNew = report.outcome === 'create';
    const count = read.deployments.count() + created;
    const problem = seen.has(report.id) ? twice(report) : isNew ? oneTooMany(report, count, options.limits) : undefined;
    yield problem === undefined ? item : refusedItem(report, problem);
    seen.add(report.id);
    if (isNew && problem === undefined) created += 1;
  }
  for (const device of file.devices) yield deviceItem(read, device);
}

function deploymentItem(
  read: StoreReaders,
  file: FileDeployment,
  { flags, isUpdating, limits }: ItemOptions,
): FileItem {
  const wantsId = wantedId(file, flags);
  const here = typeof wantsId === 'string' ? read.deployments.get(wantsId as DeploymentId) : undefined;
  // What is here already may stay as large as it is.
  const allowed = here === undefined ? limits : widenedTo(sizeOf(here), limits);
  const { id, body, wanted, problems, warnings } = checkFileDeployment(file, flags, allowed);
  const changes = here === undefined || wanted === null ? [] : deploymentDifferences(here, wanted);
  const report = { kind: kindOf(body), id, at: file.at, changes, problems, warnings };
  if (wanted === null) return { report: { ...report, outcome: 'refused' }, run: null };
  if (here === undefined)
    return {
      report: { ...report, outcome: 'create' },
      run: (change) => void createDeployment({ ...change, limits }, newDeployment(wanted)),
    };
  if (changes.length === 0) return { report: { ...report, outcome: 'same' }, run: null };
  if (!isUpdating) return { report: { ...report, outcome: 'different' }, run: null };
  if (changes.includes('content')) return refusedItem({ ...report, outcome: 'refused' }, otherContent(report));
  return {
    report: { ...report, outcome: 'update' },
    run: (change) => void updateDeployment({ ...change, limits }, newDeployment(wanted), '*'),
  };
}

function deviceItem(read: StoreReaders, file: FileDevice): FileItem {
  const { deviceId, at, notices } = file;
  const problems = [...file.problems, ...deviceIdProblems(file)];
  const changes = problems.length > 0 ? undefined : deviceDifferences(read, file);
  const report = { kind: 'device', id: deviceId, at, changes: changes ?? [], problems, warnings: notices } as const;
  if (problems.length > 0) return { report: { ...report, outcome: 'refused' }, run: null };
  if (changes === undefined)
    return { report: { ...report, outcome: 'create' }, run: (change) => importDevice(change, file) };
  return { report: { ...report, outcome: changes.length === 0 ? 'same' : 'different' }, run: null };
}

/** Runs an item; what it throws as a refusal becomes its report, and is thrown on for the transaction to be undone. */
export function withRefusal({ report }: FileItem, thrown: unknown): ItemReport {
  if (!(thrown instanceof AppError) || thrown.kind !== 'refused') throw thrown;
  return { ...report, outcome: 'refused', problems: [{ code: thrown.code, message: thrown.message, at: report.at }] };
}

/** The report of an item that was imported. */
export function doneReport({ report }: FileItem): ItemReport {
  const done: Partial<Record<ItemOutcome, ItemOutcome>> = { create: 'created', update: 'updated' };
  return { ...report, outcome: done[report.outcome] ?? report.outcome };
}

function refusedItem(report: ItemReport, problem: Problem): FileItem {
  return { report: { ...report, outcome: 'refused', problems: [...report.problems, problem] }, run: null };
}

function deploymentDifferences(here: Deployment, wanted: WantedDeployment): readonly string[] {
  const { kind, content } = wanted.body;
  const isSameContent = here.kind === kind && jsonEquals(here.content, content);
  const fields = (['priority', 'targetCondition', 'labels', 'metricQueries'] as const).filter(
    (field) => !jsonEquals(here[field] as Json, wanted[field] as Json),
  );
  return isSameContent ? fields : ['content', ...fields];
}

function newDeployment({ body, ...head }: WantedDeployment): NewDeployment {
  return { ...head, ...body };
}

function kindOf(body: WantedDeployment['body']): ItemReport['kind'] {
  return body.kind === 'edge' ? deploymentType(body.content) : `${body.kind}-configuration`;
}

function otherContent({ id, at }: Pick<ItemReport, 'id' | 'at'>): Problem {
  const message = `'${id}' is there with other content, which cannot change: import it under another id with a higher priority.`;
  return { code: 'deployment.immutable', message, at };
}

/** Those before it in the file are counted as if they were here: whoever checks a file is told of all that will not fit. */
function oneTooMany({ at }: ItemReport, count: number, limits: DeploymentLimits): Problem | undefined {
  const message = noMoreDeployments(count, limits);
  return message === undefined ? undefined : { code: 'deployment.limit', message, at };
}

function twice({ id, at }: ItemReport): Problem {
  return { code: 'file.invalid', message: `'${id}' is in the file twice: keep one of the two.`, at };
}

function deviceIdProblems({ deviceId, at, modules }: FileDevice): readonly Problem[] {
  const message = "an id has 1 to 128 letters, digits or any of -:.+%_#*?!(),=@$': rename it.";
  const wrong = [deviceId, ...modules.map(({ moduleId }) => moduleId)].filter((id) => !isDeviceId(id));
  return wrong.map((id) => ({ code: 'file.invalid', message: `'${id.slice(0, 128)}' cannot be one: ${message}`, at }));
}
