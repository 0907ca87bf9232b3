// Who may talk to the console: requests addressed to exactly this listener (no DNS rebinding), from its own page (no other
// site's script), by a browser that once showed the token of this start.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export interface ConsoleGate {
  readonly token: string;
  /** Whether the request was addressed to this listener by its own address. */
  isHost(host: string | undefined): boolean;
  isOrigin(origin: string | undefined): boolean;
  /** The `Set-Cookie` of a session, or null for a wrong token. */
  openSession(token: unknown): string | null;
  hasSession(cookies: string | undefined): boolean;
}

/** `authority` is the listener's address as a browser writes it: `127.0.0.1:8080`. */
export function createConsoleGate(authority: string): ConsoleGate {
  const token = randomBytes(32).toString('base64url');
  const session = randomBytes(32).toString('base64url');
  // Cookies know no ports: the name keeps two hubs on one machine apart.
  const cookie = `lanyard-${authority.replace(/[^0-9a-z]+/gi, '-')}`;
  return {
    token,
    isHost: (host) => host === authority,
    isOrigin: (origin) => origin === `http://${authority}`,
    openSession(shown) {
      if (typeof shown !== 'string' || !isSame(shown, token)) return null;
      return `${cookie}=${session}; HttpOnly; SameSite=Strict; Path=/`;
    },
    hasSession(cookies) {
      const pairs = (cookies ?? '').split(';').map((pair) => pair.trim());
      return pairs.some((pair) => pair.startsWith(`${cookie}=`) && isSame(pair.slice(cookie.length + 1), session));
    },
  };
}

/** Compares digests, so that the time taken says nothing about content or length. */
function isSame(left: string, right: string): boolean {
  return timingSafeEqual(digestOf(left), digestOf(right));
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
