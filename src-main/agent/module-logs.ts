// GetModuleLogs: the newest lines of modules, within what a method's answer may hold, shaped as IoT Edge's.
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import type { Clock } from '#base/clock.ts';
import { refused } from '#base/errors.ts';
import { containerName, type ObservedContainer } from '#domain/updates/agent-state.ts';
import type { Engine, LogLine } from './engine.ts';
import { logTime } from './log-time.ts';
import { parsePayload, schemaVersionText } from './method-payload.ts';

export interface ModuleLogsOptions {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly deviceId: string;
  readonly hubHostName: string;
}

const logTimeText = z.union([z.string().max(64), z.number()]);
const logsRequest = z.object({
  schemaVersion: schemaVersionText,
  items: z
    .array(
      z.object({
        id: z.string().min(1).max(256),
        filter: z
          .object({
            tail: z.int().min(1).max(10_000).optional(),
            since: logTimeText.optional(),
            until: logTimeText.optional(),
            regex: z.string().max(256).optional(),
          })
          .nullish(),
      }),
    )
    .min(1)
    .max(50),
  encoding: z.enum(['none', 'gzip']).default('none'),
  contentType: z.enum(['text', 'json']).default('text'),
});
type LogsRequest = z.infer<typeof logsRequest>;
type LogItem = LogsRequest['items'][number];

/** A direct method's answer holds 128 KB, JSON escapes included. */
const answerLimit = 96 * 1_024;
const matchLimitMs = 500;

export async function getModuleLogs(body: unknown, options: ModuleLogsOptions): Promise<unknown> {
  const request = parsePayload(logsRequest, body);
  const containers = (await options.engine.containers()).filter((found) => found.module !== null);
  const picked = request.items.flatMap((item) =>
    matching(containers, item.id).map((container) => ({ container, item })),
  );
  if (picked.length === 0)
    throw refused('module.unknown', `No module of this device matches '${request.items[0]?.id ?? ''}'.`);
  const limit = Math.floor(answerLimit / picked.length);
  return Promise.all(
    picked.map(async ({ container, item }) => {
      const lines = await readLines(container, item, options);
      const text = render(lines, container.module ?? '', { limit, request, options });
      return request.encoding === 'gzip'
        ? { id: container.module, payload: null, payloadBytes: gzipSync(text).toString('base64') }
        : { id: container.module, payload: text, payloadBytes: null };
    }),
  );
}

async function readLines(
  container: ObservedContainer,
  item: LogItem,
  { engine, clock }: ModuleLogsOptions,
): Promise<readonly LogLine[]> {
  const { tail = 10_000, since, until, regex } = item.filter ?? {};
  const nowMs = clock.nowMs();
  const lines = await engine.logs(container.id, {
    tail,
    sinceS: logTime(since, nowMs),
    untilS: logTime(until, nowMs),
  });
  if (regex === undefined) return lines;
  const hits = testAll(
    regex,
    lines.map((line) => line.text.slice(0, 4_096)),
  );
  return lines.filter((_line, index) => hits[index]);
}

/** A name, or as in IoT Edge a pattern of names. */
function matching(containers: readonly ObservedContainer[], id: string): ObservedContainer[] {
  const current = containers.filter((found) => found.name === containerName(found.module ?? ''));
  const exact = current.filter((found) => found.module === id);
  if (exact.length > 0) return exact;
  const hits = testAll(
    `^(?:${id})$`,
    current.map((found) => found.module ?? ''),
  );
  return current.filter((_found, index) => hits[index]);
}

/** Which texts match. A pattern such as `(a+)+$` can take years over one line: the agent has more to do. */
function testAll(regex: string, texts: readonly string[]): readonly boolean[] {
  const pattern = compile(regex);
  try {
    // The one way the platform has to end a match that is under way.
    return runInNewContext(
      'texts.map((text) => pattern.test(text))',
      { pattern, texts },
      {
        timeout: matchLimitMs,
      },
    ) as boolean[];
  } catch (error) {
    // The caller's pattern, the caller's mistake.
    throw refused('request.invalid', `'${regex}' takes too long to match: write a simpler one.`, { cause: error });
  }
}

function compile(regex: string): RegExp {
  try {
    return new RegExp(regex);
  } catch (error) {
    // The caller's pattern, the caller's mistake.
    throw refused('request.invalid', `'${regex}' is no regular expression.`, { cause: error });
  }
}

interface Rendering {
  readonly limit: number;
  readonly request: LogsRequest;
  readonly options: ModuleLogsOptions;
}

/** The newest lines that fit; whoever wants more asks with `until`. */
function render(lines: readonly LogLine[], module: string, { limit, request, options }: Rendering): string {
  const isJson = request.contentType === 'json';
  const rendered: string[] = [];
  let size = 0;
  for (const line of lines.toReversed()) {
    const text = isJson ? JSON.stringify(jsonLine(line, module, options)) : `${line.timestamp} ${line.text}`;
    size += Buffer.byteLength(JSON.stringify(text)) + 1;
    if (size > limit) break;
    rendered.push(text);
  }
  return isJson ? `[${rendered.toReversed().join(',')}]` : rendered.toReversed().join('\n');
}

function jsonLine(line: LogLine, module: string, options: ModuleLogsOptions) {
  return {
    iothub: options.hubHostName,
    device: options.deviceId,
    id: module,
    stream: line.stream,
    loglevel: line.stream === 'stderr' ? 3 : 6,
    text: line.text,
    timestamp: line.timestamp,
  };
}
