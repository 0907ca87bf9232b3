// The payload of a direct method, checked: what is wrong with it is told in one sentence.
import { z } from 'zod';
import { refused } from '#base/errors.ts';

export const schemaVersionText = z.string().regex(/^1\.\d+$/, 'this agent understands schemaVersion 1.0');
export const moduleNameText = z.string().min(1).max(128);

export function parsePayload<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw refused('request.invalid', `${issue?.path.join('.') || 'the payload'}: ${issue?.message ?? 'not understood'}.`);
}
