// Takes files that are dropped on what it holds, and shows that it would. A folder is told how it comes in instead.
import { type DragEvent, type ReactNode, useEffect, useState } from 'react';
import { ProblemView } from './problem-view.tsx';

const folderWords =
  'A folder cannot be dropped here: choose "Import images", then "A path on the hub", and give the path of the folder.';

export function FileDrop(props: { readonly onFiles: (files: readonly File[]) => void; readonly children: ReactNode }) {
  const [isOver, setIsOver] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(keepFilesFromOpening, []);

  function drop(event: DragEvent): void {
    event.preventDefault();
    setIsOver(false);
    const items = [...event.dataTransfer.items];
    const hasFolder = items.some((item) => item.webkitGetAsEntry()?.isDirectory === true);
    setProblem(hasFolder ? folderWords : null);
    const files = [...event.dataTransfer.files];
    if (!hasFolder && files.length > 0) props.onFiles(files);
  }

  return (
    <div
      className={isOver ? 'drop over' : 'drop'}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes('Files')) return;
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setIsOver(false);
      }}
      onDrop={drop}
    >
      {problem !== null && <ProblemView text={problem} />}
      {props.children}
      {isOver && (
        <div className="drop-words" aria-hidden>
          Drop to import
        </div>
      )}
    </div>
  );
}

function refuse(event: Event): void {
  event.preventDefault();
}

/** A file dropped beside would replace the page. */
function keepFilesFromOpening(): () => void {
  window.addEventListener('dragover', refuse);
  window.addEventListener('drop', refuse);
  return () => {
    window.removeEventListener('dragover', refuse);
    window.removeEventListener('drop', refuse);
  };
}
