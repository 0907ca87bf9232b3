// The comparison itself: two read-only panes that scroll together, what is alike folded away, and a way from change to change.
import './code-editor.css';
import { goToNextChunk, goToPreviousChunk, MergeView } from '@codemirror/merge';
import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { Act } from '#renderer/pieces/act.tsx';
import { fixedExtensions, jsonExtensions } from './code-editor-extensions.ts';
import type { JsonDiffProps } from './json-diff.tsx';

export function JsonDiffSurface({ before, after, beforeTitle, afterTitle, className }: JsonDiffProps) {
  const home = useRef<HTMLDivElement>(null);
  const merge = useRef<MergeView>(null);
  const [stretches, setStretches] = useState(0);
  // Opening a folded stretch is the mouse's alone in CodeMirror: a button opens all of them.
  const [isWhole, setIsWhole] = useState(false);
  useEffect(() => {
    if (home.current === null) return;
    const view = new MergeView({
      parent: home.current,
      a: { doc: before, extensions: paneExtensions(beforeTitle) },
      b: { doc: after, extensions: paneExtensions(afterTitle) },
      gutter: true,
      ...(!isWhole && { collapseUnchanged: { margin: 3, minSize: 6 } }),
      diffConfig: { scanLimit: 500, timeout: 200 },
    });
    merge.current = view;
    setStretches(view.chunks.length);
    return () => view.destroy();
  }, [before, after, beforeTitle, afterTitle, isWhole]);

  const go = (step: typeof goToNextChunk) => {
    const pane = merge.current?.b;
    if (pane === undefined) return;
    step(pane);
    pane.dispatch({ effects: EditorView.scrollIntoView(pane.state.selection.main, { y: 'center' }) });
  };
  return (
    <div className={`json-diff ${className ?? ''}`}>
      <div className="json-diff-head">
        <span className="json-diff-title">{beforeTitle}</span>
        <span className="json-diff-title">{afterTitle}</span>
      </div>
      <div ref={home} className="json-diff-panes" />
      <div className="json-diff-foot">
        <span role="status">{stretchesText(stretches)}</span>
        <Act variant="default" onClick={() => setIsWhole(!isWhole)}>
          {isWhole ? 'Show only what differs' : 'Show all lines'}
        </Act>
        {stretches > 1 && (
          <>
            <Act
              variant="default"
              leftSection={<IconArrowUp size={16} aria-hidden />}
              onClick={() => go(goToPreviousChunk)}
            >
              Previous change
            </Act>
            <Act
              variant="default"
              leftSection={<IconArrowDown size={16} aria-hidden />}
              onClick={() => go(goToNextChunk)}
            >
              Next change
            </Act>
          </>
        )}
      </div>
    </div>
  );
}

/** Each may hold many differences. */
function stretchesText(stretches: number): string {
  if (stretches === 0) return 'Both are the same.';
  return stretches === 1 ? 'They differ in one stretch of lines.' : `They differ in ${stretches} stretches of lines.`;
}

function paneExtensions(label: string) {
  return [
    fixedExtensions(),
    jsonExtensions(),
    EditorState.readOnly.of(true),
    EditorView.contentAttributes.of({ 'aria-label': label, 'aria-readonly': 'true' }),
  ];
}
