// What every editor of the page is made of, and the keys it takes. Tab is not among them: it leaves the editor.
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  type CompletionContext,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { bracketMatching, foldGutter, foldKeymap, indentOnInput } from '@codemirror/language';
import { lintGutter, lintKeymap } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension } from '@codemirror/state';
import {
  Decoration,
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { styleNonce } from '#renderer/look/style-nonce.ts';
import type { Completer, CodeEditorProps } from './code-editor.tsx';
import { jsonColors } from './json-colors.ts';

// Ctrl+Enter is the page's: it applies what stands there.
const ownKeys = defaultKeymap.filter(({ key }) => key !== 'Mod-Enter');

// Those that reorder or hide what stands around them, beyond those the editor knows of itself.
const treacherous = /[\u202A-\u202C\u2060-\u2064\u206A-\u206F\u{E0000}-\u{E007F}]/gu;

export function fixedExtensions(): Extension {
  return [
    EditorView.cspNonce.of(styleNonce()),
    EditorState.tabSize.of(2),
    EditorView.lineWrapping,
    highlightSpecialChars({ addSpecialChars: treacherous }),
    history(),
    drawSelection(),
    keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...lintKeymap, ...ownKeys]),
  ];
}

export function languageExtensions(language: CodeEditorProps['language']): Extension {
  return language === 'json' ? jsonExtensions() : [];
}

/** Also of the panes that only show JSON. */
export function jsonExtensions(): Extension {
  return [
    json(),
    jsonColors(),
    lineNumbers(),
    foldGutter({ markerDOM: foldMarker }),
    lintGutter(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    highlightSelectionMatches(),
    // A pair that is far apart is not found, and no mistake: what is one, the problems tell.
    bracketMatching({ renderMatch: ({ matched, start, end }) => (matched ? pairMarks(start, end) : []) }),
    closeBrackets(),
    indentOnInput(),
    search({ top: true }),
    keymap.of([...searchKeymap, ...foldKeymap]),
  ];
}

const bracketMark = Decoration.mark({ class: 'cm-matchingBracket' });

function pairMarks(...found: readonly ({ readonly from: number; readonly to: number } | undefined)[]) {
  return found.flatMap((at) => (at === undefined ? [] : [bracketMark.range(at.from, at.to)]));
}

function foldMarker(isOpen: boolean): HTMLElement {
  const marker = document.createElement('span');
  marker.textContent = isOpen ? '▾' : '▸';
  marker.title = isOpen ? 'Fold (Ctrl+Shift+[)' : 'Unfold (Ctrl+Shift+])';
  return marker;
}

export function completion(complete: Completer): Extension {
  return autocompletion({
    icons: false,
    override: [
      ({ state, pos }: CompletionContext) => {
        const offered = complete(state.doc.toString(), pos);
        if (offered === null || offered.words.length === 0) return null;
        const options = offered.words.map(({ word, note }) => ({
          label: word,
          ...(note !== undefined && { detail: note }),
        }));
        return { from: offered.from, options };
      },
    ],
  });
}
