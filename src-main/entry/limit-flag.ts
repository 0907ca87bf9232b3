// `--limit NAME=N`, given as often as there are limits to set for this run; the rules for names and numbers are those of the settings.
import { refused } from '#base/errors.ts';
import type { Json } from '#base/json.ts';
import { readLimitChange, type DeploymentLimits } from '#domain/deployments/deployment-limits.ts';
import { problemsText } from '#domain/values/problem-text.ts';

/** Throws `refused` (`configuration.flag`) naming every limit that is wrong. */
export function readLimitFlags(texts: readonly string[]): Partial<DeploymentLimits> {
  const given = readLimitChange(Object.fromEntries(texts.map(nameAndNumber)));
  if (!given.ok) throw notTaken(problemsText(given.problems));
  return given.value as Partial<DeploymentLimits>;
}

function nameAndNumber(text: string): readonly [string, Json] {
  const at = text.indexOf('=');
  if (at < 1) throw notTaken(`takes NAME=N, such as labels=200, not "${text}".`);
  const value = text.slice(at + 1);
  return [text.slice(0, at), /^\d+$/.test(value) ? Number(value) : value];
}

function notTaken(why: string) {
  return refused('configuration.flag', `--limit ${why}`, { subject: '--limit' });
}
