// Signs the tickets that devices show to their neighbours. The key lives as long as the hub runs: whoever was told the public half
// over the hub's own TLS believes no ticket of an earlier run, nor of another hub.
import { generateKeyPairSync, sign } from 'node:crypto';
import type { Clock } from '#base/clock.ts';
import type { DeviceId } from '#base/ids.ts';
import { signSiblingTicket } from '#contract/sibling-ticket.ts';

export interface SiblingTickets {
  /** SPKI, base64. */
  readonly publicKey: string;
  /** Good for the moment in which the connection is made; what it serves may take as long as it takes. */
  issue(ticket: { readonly digest: string; readonly from: DeviceId; readonly to: string }): string;
}

const lifeMs = 30_000;

export function createSiblingTickets({ clock }: { readonly clock: Clock }): SiblingTickets {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    issue: (ticket) =>
      signSiblingTicket({ ...ticket, untilMs: clock.monotonicMs() + lifeMs }, (text) =>
        sign(null, Buffer.from(text), privateKey).toString('base64url'),
      ),
  };
}
