// Calls of methods made from this page, kept while it is open: a call goes on when one leaves the screen, and its answer is found.
import { create } from 'zustand';
import type { Json } from '#base/json.ts';
import type { HubClient } from '#renderer/link/console-client.ts';

export interface MethodRequest {
  readonly deviceId: string;
  readonly moduleId: string | null;
  readonly name: string;
  readonly payload: Json;
  readonly responseTimeoutS: number;
  readonly connectTimeoutS: number;
}

export interface MadeCall {
  readonly id: number;
  readonly request: MethodRequest;
  readonly startedAtMs: number;
  readonly outcome:
    | { readonly kind: 'waiting' }
    | { readonly kind: 'answered'; readonly status: number; readonly payload: Json; readonly tookMs: number }
    | { readonly kind: 'failed'; readonly words: string; readonly code: string | null; readonly atMs: number }
    | { readonly kind: 'left'; readonly atMs: number };
}

interface Calls {
  /** Newest first. */
  readonly calls: readonly MadeCall[];
  readonly nextId: number;
}

const mostKept = 50;

export const useMethodCalls = create<Calls>(() => ({ calls: [], nextId: 1 }));

const waiting = new WeakMap<MethodRequest, AbortController>();

export async function callMethod(client: HubClient, request: MethodRequest): Promise<void> {
  const { nextId: id } = useMethodCalls.getState();
  const made: MadeCall = { id, request, startedAtMs: Date.now(), outcome: { kind: 'waiting' } };
  useMethodCalls.setState(({ calls }) => ({ calls: [made, ...calls].slice(0, mostKept), nextId: id + 1 }));
  const aborted = new AbortController();
  waiting.set(request, aborted);
  // The edge of a call: whatever comes of it is its outcome.
  try {
    const answer = await client.invokeMethod.mutate(request, { signal: aborted.signal });
    settle(id, { kind: 'answered', ...answer });
  } catch (error) {
    if (aborted.signal.aborted) settle(id, { kind: 'left', atMs: Date.now() });
    else settle(id, { kind: 'failed', words: wordsOf(error), code: codeOf(error), atMs: Date.now() });
  }
}

/** Waits no longer. The device may have begun, and cannot be told. */
export function leaveCall({ request }: MadeCall): void {
  waiting.get(request)?.abort();
}

export function forgetCalls(deviceId: string): void {
  useMethodCalls.setState(({ calls }) => ({
    calls: calls.filter(({ request, outcome }) => request.deviceId !== deviceId || outcome.kind === 'waiting'),
  }));
}

function settle(id: number, outcome: MadeCall['outcome']): void {
  useMethodCalls.setState(({ calls }) => ({
    calls: calls.map((call) => (call.id === id ? { ...call, outcome } : call)),
  }));
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The hub's own code of what it refused. */
function codeOf(error: unknown): string | null {
  const data: unknown = error instanceof Error && 'data' in error ? error.data : null;
  const code = typeof data === 'object' && data !== null && 'code' in data ? data.code : null;
  return typeof code === 'string' ? code : null;
}
