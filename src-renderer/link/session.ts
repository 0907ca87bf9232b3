// How this browser gets in: the token of the address, shown once to the hub and then taken out of sight.

const tokenHash = /^#token=([\w-]{1,128})$/;

/** `unreachable`: the hub did not answer at all. */
export type SessionState = 'open' | 'locked' | 'unreachable';

/** Exchanges a token in the address for a session, else asks whether there is one. */
export async function openSession(): Promise<SessionState> {
  const token = tokenHash.exec(window.location.hash)?.[1];
  if (token === undefined) return askSession();
  window.history.replaceState(null, '', '#/');
  const state = await ask({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  // An old address may be opened in a browser that holds a session already.
  return state === 'locked' ? askSession() : state;
}

/** Whether the address carries a token: then it is to be opened from the start. */
export function holdsToken(): boolean {
  return tokenHash.test(window.location.hash);
}

export async function askSession(): Promise<SessionState> {
  return ask({});
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
