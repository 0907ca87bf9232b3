// What the lines about what needs a person are made of.
import { safeText } from './safe-text.ts';

export interface WayOn {
  readonly word: string;
  readonly path: string;
}

export interface AttentionWords {
  /** What happened, one sentence. */
  readonly what: string;
  readonly where: readonly WayOn[];
  /** Beyond those named in `where`. */
  readonly more: WayOn | null;
  /** What the hub did about it by itself. */
  readonly done: string | null;
  readonly next: WayOn;
}

/** A reason as it ends a sentence, whoever wrote it. */
export function sentence(reason: string): string {
  const text = safeText(reason).trim();
  return text === '' ? 'no reason was given.' : /[.!?…]$/.test(text) ? text : `${text}.`;
}
