// An editor for JSON or a line of a language, as the screens use it; the editor itself is a chunk of its own, loaded when the
// first one is shown. Problems come in as positions in the text: who knows the language says them, the editor shows them.
import { lazy, type Ref, Suspense } from 'react';
import { loadPart } from '#renderer/link/load-part.ts';

/** Something wrong with a stretch of the text, by offsets in it. */
export interface TextProblem {
  readonly from: number;
  /** May be `from`: then the character there is marked. */
  readonly to: number;
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

/** A word that could stand at the cursor; `note` says what it is. */
export interface Completion {
  readonly word: string;
  readonly note?: string;
}

/** What could stand at `offset`, in place of the text from `from` on; null: nothing is offered there. */
export type Completer = (
  text: string,
  offset: number,
) => { readonly from: number; readonly words: readonly Completion[] } | null;

export interface CodeEditorHandle {
  focus(): void;
  /** Unfolds, scrolls there, selects it and takes the focus: where a problem's path leads. */
  reveal(from: number, to?: number): void;
}

export interface CodeEditorProps {
  /** What assistive technology calls it. */
  readonly label: string;
  readonly value: string;
  /** Told each change a person makes, never one that came in by `value`. */
  readonly onChange?: (value: string) => void;
  /** `line`: no line numbers, no folding; grows with its text. */
  readonly language: 'json' | 'line';
  readonly isReadOnly?: boolean;
  readonly problems?: readonly TextProblem[];
  readonly complete?: Completer;
  /** Id of the element that tells more, for instance the problems in words. */
  readonly describedBy?: string;
  readonly placeholder?: string;
  readonly handle?: Ref<CodeEditorHandle>;
  /** Sizes it: an editor of JSON scrolls within the height of its class. */
  readonly className?: string;
}

const Surface = lazy(async () => ({
  default: (await loadPart(() => import('./code-editor-surface.tsx'))).CodeEditorSurface,
}));

/** Tab leaves it (WCAG 2.1.2), Ctrl+] and Ctrl+[ indent, Ctrl+F searches, F8 goes to the next problem. */
export function CodeEditor(props: CodeEditorProps) {
  return (
    <Suspense fallback={<p className="dimmed">Loading the editor …</p>}>
      <Surface key={props.language} {...props} />
    </Suspense>
  );
}
