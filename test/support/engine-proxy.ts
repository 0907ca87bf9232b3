// A socket in front of the engine's own. Calls that change something pass one at a time, so that whoever looks knows exactly
// between which two of them the agent is; it can be cut off before or after any of them, or held back together.
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

export interface Cut {
  /** From one; of all calls, or of those of one verb alone. */
  readonly call: number;
  readonly verb?: string;
  /** `amid`: the engine has begun to answer. `after`: it has done it, and the agent never hears so. */
  readonly when: 'before' | 'amid' | 'after';
}

export interface EngineProxy {
  /** What passed since the last `renew`, in the agent's order: `create`, `stop`, `rename`, `start`, `remove`, `pull`. */
  readonly passed: readonly string[];
  /** How often the agent has looked at the containers. */
  readonly looks: number;
  /** From here on nothing is changed until `release`. */
  hold(): void;
  release(): void;
  /** Resolves when the agent is at that call; from then on nothing passes any more until `renew`. */
  cutAt(cut: Cut): Promise<void>;
  /** For the next agent: calls are counted from one, and what the last one still had under way is forgotten. */
  renew(): void;
  stop(): Promise<void>;
}

export interface EngineProxyOptions {
  /** The engine's. */
  readonly socketPath: string;
  readonly listenPath: string;
  /** While no call is under way: before the first and after each. */
  readonly onMoment: () => Promise<void>;
}

const verbs: readonly (readonly [RegExp, string])[] = [
  [/^POST .*\/containers\/create\b/, 'create'],
  [/^POST .*\/containers\/[^/]+\/(start|stop|rename|restart)\b/, '$1'],
  [/^DELETE .*\/containers\//, 'remove'],
  [/^POST .*\/images\/create\b/, 'pull'],
];

function changeOf({ method, url }: IncomingMessage): string | null {
  for (const [pattern, verb] of verbs) {
    const match = pattern.exec(`${method} ${url}`);
    if (match !== null) return verb.replace('$1', match[1] ?? '');
  }
  return null;
}

export async function openEngineProxy({ socketPath, listenPath, onMoment }: EngineProxyOptions): Promise<EngineProxy> {
  let generation = 0;
  let looks = 0;
  let passed: string[] = [];
  let cut: (Cut & { readonly reached: () => void }) | null = null;
  let queue = Promise.resolve();
  let hold: PromiseWithResolvers<void> | null = null;

  function forward(incoming: IncomingMessage, body: string): Promise<IncomingMessage> {
    const { method, url, headers } = incoming;
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const onward = request({ socketPath, method, path: url, headers }, resolve).on('error', reject);
    onward.end(body);
    return promise;
  }

  function isCut(verb: string, when: Cut['when']): boolean {
    if (cut === null || cut.when !== when || (cut.verb ?? verb) !== verb) return false;
    const before = passed.filter((one) => cut?.verb === undefined || one === verb);
    return before.length + 1 === cut.call;
  }

  async function change(verb: string, incoming: IncomingMessage, outgoing: ServerResponse, body: string) {
    const own = generation;
    const isOver = (): boolean => own !== generation;
    await onMoment();
    if (isOver() || cut?.call === -1) return;
    if (isCut(verb, 'before')) return reach();
    const answer = await forward(incoming, body);
    if (isCut(verb, 'amid')) {
      await once(answer, 'readable');
      // As the engine sees it when its client is gone.
      answer.destroy();
      return reach();
    }
    const answered = await text(answer);
    await onMoment();
    if (isOver()) return;
    if (isCut(verb, 'after')) return reach();
    passed.push(verb);
    outgoing.writeHead(answer.statusCode ?? 500, answer.headers).end(answered);
  }

  function reach(): void {
    const { reached } = cut ?? {};
    // No call has this number: all the rest waits.
    cut = { call: -1, when: 'before', reached: () => undefined };
    reached?.();
  }

  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const body = await text(incoming);
      const verb = changeOf(incoming);
      if (verb !== null) {
        await hold?.promise;
        const turn = queue.then(() => change(verb, incoming, outgoing, body));
        // The others go on where an engine refuses a connection.
        queue = turn.catch(() => undefined);
        return turn;
      }
      if (incoming.url?.includes('/containers/json') === true) looks += 1;
      const answer = await forward(incoming, body);
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
      outgoing.on('close', () => answer.destroy());
    })().catch((error: unknown) => outgoing.destroy(error instanceof Error ? error : undefined));
  });
  server.listen(listenPath);
  await once(server, 'listening');

  return {
    get passed() {
      return passed;
    },
    get looks() {
      return looks;
    },
    hold() {
      hold ??= Promise.withResolvers();
    },
    release() {
      hold?.resolve();
      hold = null;
    },
    cutAt(where) {
      const { promise, resolve } = Promise.withResolvers<void>();
      cut = { ...where, reached: resolve };
      return promise;
    },
    renew() {
      generation += 1;
      passed = [];
      cut = null;
      queue = Promise.resolve();
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
