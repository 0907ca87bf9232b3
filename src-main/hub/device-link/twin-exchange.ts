// Twins over MQTT: a device reads its twin, reports, and is pushed its desired changes.
// Every answer goes to the one that asked; nothing is kept for a device that is away, it reads its twin when it is back.
import { isUtf8 } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import type { Clock } from '#base/clock.ts';
import { asAppError, refused, type AppError } from '#base/errors.ts';
import { parseJson } from '#base/json-text.ts';
import { isJsonObject, type Json, type JsonObject } from '#base/json.ts';
import { desiredChangeTopic, twinAnswerTopic } from '#contract/device-topics.ts';
import { desiredChangesIn } from '#domain/journal/desired-change.ts';
import type { JournalEntry } from '#domain/records/journal-event.ts';
import type { TwinOperations } from '#hub/hub-types.ts';
import type { DeviceSession, SessionTable } from './device-session.ts';
import { publishPacket } from './packet-outbox.ts';
import type { RedeliveredReports } from './redelivered-reports.ts';

export interface TwinExchange {
  answerGet(session: DeviceSession, requestId: string): Promise<void>;
  /** Resolves once the report is on disk and its answer on the way; rejects, so that it is not acknowledged, when the disk refused it. */
  takeReport(session: DeviceSession, requestId: string, payload: Buffer): Promise<void>;
  /** Pushes what a commit changed to those who are connected and asked for it. */
  pushChanges(entries: readonly JournalEntry[]): void;
}

export function createTwinExchange(parts: {
  readonly twins: Pick<TwinOperations, 'get' | 'report'>;
  readonly redelivered: RedeliveredReports;
  readonly sessions: Pick<SessionTable, 'get'>;
  readonly clock: Clock;
}): TwinExchange {
  const { twins, redelivered, sessions, clock } = parts;

  async function answerError(session: DeviceSession, requestId: string, error: AppError): Promise<void> {
    const answer = wireError(error, clock.nowMs());
    await session.send(twinAnswerTopic(answer.status, requestId), JSON.stringify(answer.body));
  }

  return {
    async answerGet(session, requestId) {
      try {
        const { desired, reported } = twins.get(session.identity);
        const body = {
          desired: { ...desired.value, $version: desired.version },
          reported: { ...reported.value, $version: reported.version },
        };
        await session.send(twinAnswerTopic(200, requestId), JSON.stringify(body));
      } catch (error) {
        // The protocol's own way to tell the device: an edge like the API's dispatch.
        await answerError(session, requestId, asAppError(error));
      }
    },

    async takeReport(session, requestId, payload) {
      try {
        const patch = parseReport(payload);
        const versionTaken = () => redelivered.versionTaken(session, requestId, patch);
        const { version } = await twins.report(session.identity, patch, { requestId, versionTaken });
        // Not waited for: the acknowledgement that follows then leaves in the same write.
        session.tell(twinAnswerTopic(204, requestId, version), '');
      } catch (thrown) {
        const error = asAppError(thrown);
        await answerError(session, requestId, error);
        // Refused is an answer; not written is not, and must not be acknowledged.
        if (error.kind !== 'refused') throw error;
      }
    },

    pushChanges(entries) {
      // A fleet is given one object (desired-writing.ts): one packet is made for the devices in a row that share it.
      let last: { readonly patch: JsonObject; readonly version: number; readonly packet: Buffer } | undefined;
      for (const entry of entries) {
        const { deviceId } = entry;
        if (deviceId === null) continue;
        for (const { moduleId, patch, version } of desiredChangesIn(entry)) {
          const session = sessions.get({ deviceId, moduleId });
          if (session?.subscriptions.has('desired-changes') !== true || !session.isReady) continue;
          if (last?.patch !== patch || last.version !== version)
            last = { patch, version, packet: changePacket(patch, version) };
          session.tellPacket(last.packet);
        }
      }
    },
  };
}

function changePacket(patch: JsonObject, version: number): Buffer {
  return publishPacket(desiredChangeTopic(version), JSON.stringify({ ...patch, $version: version }));
}

function parseReport(payload: Buffer): JsonObject {
  // Decoded all the same, every wrong byte would become a character that nobody sent.
  if (!isUtf8(payload)) throw refused('twin.invalid', 'The reported properties are not UTF-8: send them as such.');
  let patch: Json;
  try {
    patch = parseJson(payload.toString('utf8'));
  } catch (error) {
    // The platform's only way to tell that text is not JSON.
    const reason = error instanceof Error ? error.message : String(error);
    throw refused('twin.invalid', `The reported properties are not JSON: ${reason}.`, { cause: error });
  }
  if (!isJsonObject(patch))
    throw refused('twin.invalid', 'The reported properties are not a JSON object: send one, as in {"a": 1}.');
  return patch;
}

/** IoT Hub's shape: the Node SDK reads only the body, the others the status. */
function wireError(error: AppError, nowMs: number): { status: number; body: JsonObject } {
  const status = statusOf(error);
  return {
    status,
    body: {
      errorCode: status * 1000 + (status === 400 ? 4 : 1),
      message: error.kind === 'broken' ? 'The hub failed on this request; its log says why.' : error.message,
      trackingId: randomBytes(16).toString('hex').toUpperCase(),
      timestampUtc: new Date(nowMs).toISOString(),
    },
  };
}

function statusOf(error: AppError): number {
  if (error.kind === 'unready') return error.code === 'throttled' ? 429 : 500;
  if (error.kind === 'broken') return 500;
  if (error.code === 'device.unknown' || error.code === 'module.unknown') return 404;
  if (error.code === 'twin.too-large') return 413;
  return error.code === 'throttled' ? 429 : 400;
}
