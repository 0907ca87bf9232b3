// The editor itself (CodeMirror), tied to React: the text and the problems go in, what a person types comes out.
import './code-editor.css';
import { forEachDiagnostic, setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import { EditorView, placeholder as placeholderText } from '@codemirror/view';
import { useEffect, useEffectEvent, useImperativeHandle, useRef, useState } from 'react';
import { changedStretch } from './changed-stretch.ts';
import { completion, fixedExtensions, languageExtensions } from './code-editor-extensions.ts';
import type { CodeEditorProps, TextProblem } from './code-editor.tsx';

const noProblems: readonly TextProblem[] = [];

export function CodeEditorSurface(props: CodeEditorProps) {
  const { value, language, problems = noProblems, handle, className } = props;
  const { label, describedBy, isReadOnly = false, placeholder } = props;
  const home = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const [settings] = useState(() => new Compartment());
  const firstText = useEffectEvent(() => value);
  const typed = useEffectEvent((text: string) => text !== value && props.onChange?.(text));
  const complete = useEffectEvent((text: string, offset: number) => props.complete?.(text, offset) ?? null);

  useEffect(() => {
    if (home.current === null) return;
    const editor = new EditorView({
      parent: home.current,
      doc: firstText(),
      extensions: [
        fixedExtensions(),
        languageExtensions(language),
        completion((text, offset) => complete(text, offset)),
        settings.of([]),
        EditorView.updateListener.of(({ docChanged, state }) => docChanged && typed(state.doc.toString())),
      ],
    });
    view.current = editor;
    return () => {
      editor.destroy();
      view.current = null;
    };
  }, [language, settings]);

  useEffect(() => {
    const wanted = settingsOf({ label, describedBy, isReadOnly, placeholder });
    view.current?.dispatch({ effects: settings.reconfigure(wanted) });
  }, [settings, label, describedBy, isReadOnly, placeholder]);

  useEffect(() => {
    const stretch = view.current && changedStretch(view.current.state.doc.toString(), value);
    if (stretch) view.current?.dispatch({ changes: stretch });
  }, [value]);

  useEffect(() => {
    if (view.current !== null) showProblems(view.current, problems);
  }, [problems]);

  useImperativeHandle(handle, () => ({
    focus: () => view.current?.focus(),
    reveal: (from, to = from) => view.current && reveal(view.current, from, to),
  }));

  return <div ref={home} className={`code-editor ${language} ${className ?? ''}`} />;
}

interface Settings {
  readonly label: string;
  readonly describedBy: string | undefined;
  readonly isReadOnly: boolean;
  readonly placeholder: string | undefined;
}

function settingsOf({ label, describedBy, isReadOnly, placeholder }: Settings): Extension {
  return [
    EditorState.readOnly.of(isReadOnly),
    EditorView.contentAttributes.of({
      'aria-label': label,
      // It can be focused without; axe believes it only then, of a text that scrolls.
      tabindex: '0',
      ...(describedBy !== undefined && { 'aria-describedby': describedBy }),
    }),
    placeholder === undefined ? [] : placeholderText(placeholder),
  ];
}

function showProblems(editor: EditorView, problems: readonly TextProblem[]): void {
  let shown = 0;
  forEachDiagnostic(editor.state, () => (shown += 1));
  if (shown === 0 && problems.length === 0) return;
  const { length } = editor.state.doc;
  // Problems are of the text a moment ago: what they name may be gone.
  const diagnostics = problems.map(({ from, to, severity, message }) => ({
    from: Math.min(from, length),
    to: Math.min(Math.max(to, from), length),
    severity,
    message,
  }));
  editor.dispatch(setDiagnostics(editor.state, diagnostics));
}

function reveal(editor: EditorView, from: number, to: number): void {
  const end = editor.state.doc.length;
  const selection = { anchor: Math.min(from, end), head: Math.min(to, end) };
  editor.dispatch({ selection, effects: EditorView.scrollIntoView(selection.anchor, { y: 'center' }) });
  editor.focus();
}
