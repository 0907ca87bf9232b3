// The records of updates as they lie in the state file. What one version of the agent wrote, the next one reads on.
import { z } from 'zod';
import { isJsonObject, type JsonObject } from '#base/json.ts';
import { openRecord } from '#contract/open-record.ts';
import { updateActivities, updateFailureCodes } from '#domain/manifests/update-reason.ts';
import { trialPhases, verdicts } from '#domain/updates/update-trial.ts';

export const revisionSchema = z.object({ version: z.int(), value: z.custom<JsonObject>(isJsonObject) });

const failureCode = z.enum(updateFailureCodes);

const failureSchema = z.object({ code: failureCode, module: z.string().nullable(), detail: z.string() });

const trialSchema = z.object({
  phase: z.enum(trialPhases),
  hasSwitched: z.boolean(),
  hashes: openRecord(z.string()),
  kept: z.array(z.string()),
  // Missing in a file of an agent that knew one strategy.
  beside: z.array(z.string()).default([]),
  yields: openRecord(z.string().nullable()).default({}),
  exitsBefore: openRecord(z.int()),
  ranBefore: openRecord(z.number()),
  failure: failureSchema.nullable(),
  loss: failureSchema.nullable().default(null),
  lives: z.int(),
  revision: revisionSchema,
  number: z.int(),
  startedAtMs: z.number(),
  /** Missing in a file of an agent that counted in memory alone. */
  doneBytes: z.number().default(0),
});

const reasonSchema = z.object({
  code: failureCode,
  while: z.enum(updateActivities),
  module: z.string().nullable(),
  message: z.string(),
  remedy: z.string(),
});

const endedSchema = z.object({
  version: z.int(),
  contentHash: z.string(),
  attempt: z.int(),
  number: z.int(),
  startedAtMs: z.number(),
  endedAtMs: z.number(),
  doneBytes: z.number(),
  totalBytes: z.number(),
  verdict: z.enum(verdicts),
  reason: reasonSchema.nullable(),
});

export const courseSchema = z.object({
  proven: revisionSchema.nullable(),
  left: revisionSchema.nullable(),
  trial: trialSchema.nullable(),
  lastAttempt: endedSchema.nullable(),
  attempts: z.int(),
});
