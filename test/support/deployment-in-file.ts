// A deployment out of a file as IoT Hub's tools write it: read or the test fails, checked, and what it must come to.
import type { Json } from '#base/json.ts';
import { checkFileDeployment, type FileFlags } from '#domain/deployments/deployment-file-check.ts';
import { readDeploymentFile } from '#domain/deployments/deployment-file.ts';
import { usualDeploymentLimits } from '#domain/deployments/deployment-limits.ts';
import type { Deployment } from '#domain/records/deployment.ts';
import { problemText } from '#domain/values/problem-text.ts';

export function readDocument(document: Json) {
  const file = readDeploymentFile(document);
  if (!file.ok) throw new Error(file.problems.map(problemText).join(' '));
  return file.value;
}

/** The first in the file. */
export function readDeployment(document: Json) {
  const [deployment] = readDocument(document).deployments;
  if (deployment === undefined) throw new Error('no deployment was read');
  return deployment;
}

export function checkedDeployment(document: Json, flags: FileFlags = { id: 'd' }) {
  const { wanted, problems, warnings } = checkFileDeployment(readDeployment(document), flags, usualDeploymentLimits);
  return { wanted, problems: problems.map(problemText), warnings: warnings.map(problemText) };
}

/** What a file must ask for to be this deployment once more. */
export function wantedAgain(deployment: Deployment) {
  const { id, priority, targetCondition, labels, metricQueries, schemaVersion, kind, content } = deployment;
  return { id, priority, targetCondition, labels, metricQueries, schemaVersion, body: { kind, content } };
}
