// How a device says how an attempt goes: `lanyard` in the reported section of `$edgeAgent`. Devices may report anything: what is no
// report of this shape is none, and the hub then judges by IoT Hub's own words alone.
import { z } from 'zod';
import type { JsonObject } from '#base/json.ts';
import { holdKinds } from '#domain/updates/switch-holder.ts';

const text = z.string().max(4096);
const count = z.number().min(0);
/** A week, which is the longest step limit of a policy too. */
const longestGateS = 604_800;

const attemptReport = z.object({
  /** The desired `$version` it is about. */
  version: z.int(),
  /** 0: of a desired section without terms. */
  attempt: z.int().min(0),
  /** Grows with each change of the report. */
  number: z.int(),
  step: z.enum(['downloading', 'installing', 'verifying', 'held', 'ended']),
  doneBytes: count.default(0),
  totalBytes: count.default(0),
  /**
   * Under way at step `downloading`, at most 16 of them by the engine's short names; a total of 0 is not known yet. `image`: one that
   * the layer belongs to; older agents do not tell.
   */
  layers: z
    .array(
      z.object({
        id: z.string().max(64),
        image: z.string().max(512).nullable().default(null),
        doneBytes: count,
        totalBytes: count,
      }),
    )
    .max(64)
    .catch([])
    .default([]),
  verdict: z
    .enum(['done', 'failed-unchanged', 'failed-rolled-back', 'failed-left', 'failed-stuck', 'refused'])
    .nullable()
    .default(null),
  reason: z
    .object({
      code: text,
      while: text,
      module: text.nullable().default(null),
      message: text,
      remedy: text.nullable().default(null),
    })
    .nullable()
    .default(null),
  /** Something that ran before was or will be stopped; agents of before do not tell. */
  hasSwitched: z.boolean().nullable().catch(null).default(null),
  /** How long the gate may take that it is in; a device that says never is not believed. */
  limitSeconds: count.max(longestGateS).nullable().catch(null).default(null),
  /** A mark that moves while layers are unpacked. */
  unpacked: count.nullable().catch(null).default(null),
  /** Who holds the switch, at step `held`; agents that do not tell, and tell what is not known here, hold it all the same. */
  hold: z
    .object({ by: z.enum(holdKinds), module: text.nullable().default(null), message: text })
    .nullable()
    .catch(null),
});
export type AttemptReport = z.infer<typeof attemptReport>;

const agentReport = z.object({ lanyard: z.object({ attempt: attemptReport }) });

/** Null: the agent is not Lanyard's, or has made no attempt yet. */
export function readAttemptReport(agentReported: JsonObject): AttemptReport | null {
  const read = agentReport.safeParse(agentReported);
  return read.success ? read.data.lanyard.attempt : null;
}
