// What Lanyard's agent asks its hub beside IoT Hub's own protocol: the keys of its device's modules, to hand each container
// its own identity. Only `$edgeAgent` may ask, only for its own device, and the answer goes to it alone.
import { z } from 'zod';
import { isModuleId, type ModuleId } from '#base/ids.ts';
import { queryValue, requestIdIn } from './device-topics.ts';
import { openRecord } from './open-record.ts';

export const moduleKeysAnswersFilter = '$lanyard/modules/res/#';
const requestPrefix = '$lanyard/modules/GET/';

const moduleId = z.string().refine((text): text is ModuleId => isModuleId(text), 'not a module id');

/** None at all asks for `site` alone. At most as many as a deployment may have. */
export const moduleKeysRequest = z.object({ modules: z.array(moduleId).max(50) });

export const moduleKeysAnswer = z.object({
  modules: openRecord(z.object({ primaryKey: z.string() })),
  /** Asked for, but not there, a system module, or without a symmetric key. */
  unknown: z.array(z.string()),
  /** Where the hub serves HTTPS, images among it, on the host of this connection; a hub that has no images does not tell. */
  site: z.object({ httpsPort: z.int().min(1).max(65_535) }).optional(),
});

export function moduleKeysRequestTopic(requestId: string): string {
  return `${requestPrefix}?$rid=${requestId}`;
}

export function parseModuleKeysRequest(topic: string): { readonly requestId: string } | undefined {
  if (!topic.startsWith(requestPrefix)) return undefined;
  const requestId = requestIdIn(topic.slice(requestPrefix.length));
  return requestId === undefined ? undefined : { requestId };
}

export function moduleKeysAnswerTopic(status: number, requestId: string): string {
  return `$lanyard/modules/res/${status}/?$rid=${requestId}`;
}

export function parseModuleKeysAnswer(
  topic: string,
): { readonly status: number; readonly requestId: string } | undefined {
  const [, status, query = ''] = /^\$lanyard\/modules\/res\/(\d{3})\/(\?.*)$/s.exec(topic) ?? [];
  const requestId = queryValue(query, '$rid');
  return status === undefined || requestId === undefined ? undefined : { status: Number(status), requestId };
}
