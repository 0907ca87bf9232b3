// How this browser gets in: the token of the address, shown once to the hub and then taken out of sight; the page goes to where it
// was when a new start of the hub locked it.
import { forgetWayBack, wayBack } from './way-back.ts';

const tokenHash = /^#token=([\w-]{1,128})$/;

/** `unreachable`: the hub did not answer at all. */
export type SessionState = 'open' | 'locked' | 'unreachable';

/** Exchanges a token in the address for a session, else asks whether there is one. */
export async function openSession(): Promise<SessionState> {
  const token = tokenHash.exec(window.location.hash)?.[1];
  if (token === undefined) return askSession();
  window.history.replaceState(null, '', wayBack() ?? '#/');
  const state = await showToken(token);
  // An old address may be opened in a browser that holds a session already.
  return state === 'locked' ? askSession() : state;
}

/** `locked`: it is not the token of this start. */
export async function showToken(token: string): Promise<SessionState> {
  const state = await ask({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  if (state === 'open') forgetWayBack();
  return state;
}

/** Whether the address carries a token: then it is to be opened from the start. */
export function holdsToken(): boolean {
  return tokenHash.test(window.location.hash);
}

export async function askSession(): Promise<SessionState> {
  return ask({});
}

interface PastedAddress {
  readonly token: string;
  /** `http://127.0.0.1:8080`; null: only the token was pasted. */
  readonly origin: string | null;
}

/**
 * The token in what a person pasted: the address, the line the hub printed, or the token alone. Null: there is none in it.
 * `readAddress('"console":"http://127.0.0.1:8080/#token=abc"')` has the token `abc`.
 */
export function readAddress(pasted: string): PastedAddress | null {
  const text = pasted.trim();
  const address = /(https?:\/\/[^\s"'/#]+)?\/?#?token=([\w-]{1,128})/.exec(text);
  if (address?.[2] !== undefined) return { token: address[2], origin: address[1] ?? null };
  return /^[\w-]{20,128}$/.test(text) ? { token: text, origin: null } : null;
}

async function ask(request: RequestInit): Promise<SessionState> {
  // Fetch throws when nobody answers, which is one of the three expected outcomes.
  try {
    const response = await fetch('/session', { ...request, signal: AbortSignal.timeout(5_000) });
    const answer: unknown = await response.json();
    return typeof answer === 'object' && answer !== null && 'open' in answer && answer.open === true
      ? 'open'
      : 'locked';
  } catch {
    return 'unreachable';
  }
}
