// What is known of something that went wrong, and the text of it that a person takes along.
import { createContext, useContext, useState } from 'react';
import { everywhere } from '#renderer/keys/shortcut-book.ts';
import { ScreenName } from '#renderer/keys/shortcuts.ts';

export interface Problem {
  /** What happened, one sentence. May come from a device or another machine. */
  readonly text: string;
  /** Which device, deployment, module, file, or part of the app. Not given: the dialog and the screen that show it. */
  readonly where?: string;
  /** Not given: when that text was first shown. */
  readonly sinceMs?: number;
  /** What the app did about it by itself. */
  readonly done?: string;
  /** What can be done, in words; its buttons are the children. */
  readonly next?: string;
  /** Goes along when it is copied, and is not shown: a trace, the last lines of a log. */
  readonly details?: string;
}

/** The title of the dialog that something stands in; null: in none. */
export const DialogTitle = createContext<string | null>(null);

/** With where and since when, which nobody has to give. Another text is another problem: whoever draws it begins anew with it. */
export function useKnownProblem(problem: Problem): Problem & { readonly sinceMs: number } {
  const screen = useContext(ScreenName);
  const dialog = useContext(DialogTitle);
  const [sinceMs] = useState(() => Date.now());
  const place = placeInWords(screen, dialog);
  return { sinceMs, ...(place !== null && { where: place }), ...problem };
}

/** `Devices`, `Add device, in Devices`; null: it stands on no screen, as what is above all of them. */
export function placeInWords(screen: string, dialog: string | null): string | null {
  if (screen === everywhere) return dialog;
  return dialog === null ? screen : `${dialog}, in ${screen}`;
}

/** As it is copied: one fact a line. */
export function problemInWords({ text, where, sinceMs, done, next, details }: Problem): string {
  const lines = [
    text,
    where !== undefined && `Where: ${where}`,
    sinceMs !== undefined && `Since: ${new Date(sinceMs).toISOString()}`,
    done !== undefined && `Done about it: ${done}`,
    next !== undefined && `What you can do: ${next}`,
    details !== undefined && `\n${details}`,
  ];
  return lines.filter((line) => line !== false).join('\n');
}
