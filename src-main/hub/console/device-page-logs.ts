// Logs of a device's modules, read through its agent's GetModuleLogs. Whoever follows a log asks every few seconds, and reading
// changes nothing: so these calls are the hub's own, and not journaled.
import { z } from 'zod';
import { refused, unready } from '#base/errors.ts';
import type { Identity } from '#base/ids.ts';
import type { ModuleLogsRequest, ModuleLogsView } from '#contract/console-device-page.ts';
import type { MethodOperations } from '#hub/hub-types.ts';

// As long as a key of a twin may be: what a device reports is what it calls its modules.
const answer = z.array(z.object({ id: z.string().max(1024), payload: z.string().nullish() })).max(50);
const waitMs = 15_000;
/** Lanyard's agent gives 96 KB in all, shared by the modules asked for; a line that did not fit is missing. */
const fullShare = 0.9;
const mostCharacters = 96 * 1024;

export async function readModuleLogs(
  methods: MethodOperations,
  agent: Identity,
  { modules, tail, since, until }: ModuleLogsRequest,
): Promise<ModuleLogsView> {
  const filter = { tail, ...(since !== null && { since }), ...(until !== null && { until }) };
  // As in IoT Edge, an id that no module has is a pattern of ids.
  const ids = modules.length === 0 ? ['.*'] : modules;
  const payload = { schemaVersion: '1.0', items: ids.map((id) => ({ id, filter })), contentType: 'text' };
  const call = { name: 'GetModuleLogs', payload, responseTimeoutMs: waitMs, connectTimeoutMs: 0 };
  const { status, payload: said } = await methods.invoke(agent, call, 'hub');
  // No module has a container yet: there is nothing to read, which is no failure.
  if (status === 404 && modules.length === 0) return { logs: [], isFull: false };
  if (status >= 500) throw unready('agent.engine', agentWords(said, status));
  if (status !== 200) throw refused('module.unknown', agentWords(said, status));
  const logs = answer.safeParse(said);
  if (!logs.success)
    throw refused(
      'request.invalid',
      'The device answered with something that is no log: its agent may be of another kind.',
    );
  const rows = logs.data.map(({ id, payload: text }) => ({ module: id, text: text ?? '' }));
  const limit = (mostCharacters / Math.max(1, rows.length)) * fullShare;
  return { logs: rows, isFull: rows.some(({ text }) => text.length >= limit) };
}

/** The words of an agent that did not do what it was asked. */
export function agentWords(payload: unknown, status: number): string {
  const said = typeof payload === 'object' && payload !== null && 'message' in payload ? payload.message : undefined;
  if (typeof said === 'string' && said !== '') return `The device answered with code ${status}: ${said.slice(0, 512)}`;
  return `The device answered with code ${status} and did not say why.`;
}
