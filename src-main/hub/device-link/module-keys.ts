// Hands the agent the keys of its own device's modules, so that each container gets its own identity and never the device's.
// The access table has let in only `$edgeAgent`; the answer covers only modules of that agent's device.
import type { z } from 'zod';
import { parseJson } from '#base/json-text.ts';
import { emptyObject, type Json, type JsonObject } from '#base/json.ts';
import { moduleKeysAnswerTopic, moduleKeysRequest, type moduleKeysAnswer } from '#contract/agent-topics.ts';
import type { StoreReaders } from '#store/store-types.ts';
import type { DeviceSession } from './device-session.ts';

/** Where else the site is, for agents that know only their connection string. */
export interface SiteAddress {
  /** Nothing until it is known. */
  told(): Pick<z.infer<typeof moduleKeysAnswer>, 'site'>;
  tellHttpsPort(httpsPort: number): void;
}

export function createSiteAddress(): SiteAddress {
  let answer: ReturnType<SiteAddress['told']> = {};
  return {
    told: () => answer,
    tellHttpsPort(httpsPort) {
      answer = { site: { httpsPort } };
    },
  };
}

export async function answerModuleKeys(
  { read, site }: { readonly read: Pick<StoreReaders, 'modules'>; readonly site: SiteAddress },
  session: DeviceSession,
  requestId: string,
  payload: Buffer,
): Promise<void> {
  const request = moduleKeysRequest.safeParse(readPayload(payload));
  if (!request.success) {
    const message = 'The request is not {"modules":["id", …]} with at most 50 module ids.';
    await session.send(moduleKeysAnswerTopic(400, requestId), JSON.stringify({ message }));
    return;
  }
  const modules: { [key: string]: JsonObject } = emptyObject() as { [key: string]: JsonObject };
  const unknown: string[] = [];
  for (const moduleId of request.data.modules) {
    const authentication = read.modules.get(session.identity.deviceId, moduleId)?.authentication;
    if (authentication?.type !== 'sas' || moduleId.startsWith('$')) unknown.push(moduleId);
    else modules[moduleId] = { primaryKey: authentication.primaryKey };
  }
  await session.send(moduleKeysAnswerTopic(200, requestId), JSON.stringify({ modules, unknown, ...site.told() }));
}

function readPayload(payload: Buffer): Json | undefined {
  try {
    return parseJson(payload.toString('utf8'));
  } catch {
    // Not JSON: the schema refuses undefined.
    return undefined;
  }
}
