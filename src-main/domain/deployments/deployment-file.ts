// A file as IoT Hub's tools write and read them: one deployment, a list of them, or the state of a whole hub. What kind of file
// it is shows in its keys; nothing else is asked for.
import { isJsonObject, type Json, type JsonObject } from '#base/json.ts';
import { failure, success, type Problem, type Result } from '#base/result.ts';
import type { ModulesContent } from '#domain/records/deployment.ts';
import { deploymentType } from './deployment-content.ts';
import {
  holdsContent,
  pathIn,
  readFileDeployment,
  readMetricsFile,
  type FileDeployment,
} from './deployment-file-item.ts';
import { readHubState, type FileDevice } from './hub-state-file.ts';

/**
 * `deployment`: what `-k` of `az iot edge deployment create` and `az iot hub configuration create` takes, or one object that
 * `show` prints. `list`: what `list` prints. `hub-state`: what `az iot hub state export` writes.
 */
export type FileFormat = 'deployment' | 'list' | 'hub-state';

export interface DeploymentFile {
  readonly format: FileFormat;
  /** In the order in which they are to be created: bases before layers, older before newer. */
  readonly deployments: readonly FileDeployment[];
  readonly devices: Iterable<FileDevice>;
  /** What is passed over. */
  readonly notices: readonly Problem[];
}

/** What a document holds, or why it is no file for this hub (iot-hub.md 3 and 6). */
export function readDeploymentFile(document: Json): Result<DeploymentFile> {
  if (Array.isArray(document)) return readList(document as readonly Json[]);
  if (!isJsonObject(document))
    return unreadable('it holds neither an object nor a list: choose a file with a deployment.');
  if (holdsContent(document))
    return success({ ...only([readFileDeployment(document, '', null)]), format: 'deployment' });
  if (isStateFile(document)) return readState(document);
  return unreadable(adviceFor(document));
}

/** The queries of a separate metrics file, as `-m` takes it. */
export function readMetricQueries(document: Json): Result<Readonly<Record<string, string>>> {
  if (!isJsonObject(document)) return unreadable('a metrics file is an object: {"queries": {"name": "SELECT …"}}.');
  return readMetricsFile(document);
}

function readList(items: readonly Json[]): Result<DeploymentFile> {
  const wrong = items.findIndex((item) => !isJsonObject(item));
  if (wrong >= 0)
    return unreadable('it must be an object, as `az iot edge deployment show` prints it.', pathIn('', wrong));
  const deployments = (items as readonly JsonObject[]).map((item, index) =>
    readFileDeployment(item, pathIn('', index), null),
  );
  return success({ ...only(inOrder(deployments)), format: 'list' });
}

function readState(document: JsonObject): Result<DeploymentFile> {
  const { deployments, devices, problems, notices } = readHubState(document);
  if (problems.length > 0) return failure(problems);
  return success({ format: 'hub-state', deployments: inOrder(deployments), devices, notices });
}

function isStateFile(document: JsonObject): boolean {
  return ['configurations', 'devices', 'arm'].some((key) => Object.hasOwn(document, key));
}

function only(deployments: readonly FileDeployment[]): Omit<DeploymentFile, 'format'> {
  return { deployments, devices: [], notices: [] };
}

/** As the az CLI imports them, bases before layers; within that by age, because age decides between equal priorities. */
function inOrder(deployments: readonly FileDeployment[]): readonly FileDeployment[] {
  return deployments.toSorted((left, right) => {
    const [leftAge, rightAge] = [left.createdTimeUtc ?? '', right.createdTimeUtc ?? ''];
    return stageOf(left) - stageOf(right) || Number(leftAge > rightAge) - Number(leftAge < rightAge);
  });
}

function stageOf({ kind, content }: FileDeployment): number {
  if (kind !== 'edge') return 0;
  return deploymentType(content as ModulesContent) === 'base' ? 1 : 2;
}

function adviceFor(document: JsonObject): string {
  if (Object.hasOwn(document, '$edgeAgent'))
    return 'it holds modules without their wrapper: write {"modulesContent": {…}} around them.';
  if (Object.keys(document).some((key) => key.startsWith('properties.desired')))
    return 'it holds properties without their wrapper: write {"deviceContent": {…}} around them.';
  if (Object.hasOwn(document, 'queries') || Object.hasOwn(document, 'metrics'))
    return 'it holds metrics and no deployment: choose the file of the deployment, and give this one beside it.';
  return 'it is no file of a deployment: it needs modulesContent, deviceContent, moduleContent or content, or the state of a hub.';
}

function unreadable(message: string, at = 'file'): { ok: false; problems: readonly Problem[] } {
  return failure([{ code: 'file.invalid', message, at }]);
}
