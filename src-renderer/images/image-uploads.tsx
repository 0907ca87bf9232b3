// Files that wait for their turn to be sent, and those that could not be begun: the rest of them are tasks of the hub.
import { leaveOutUpload, type Upload, useUploads } from '#renderer/link/uploads-store.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { StatusMark } from '#renderer/pieces/status-mark.tsx';
import { safeText } from '#renderer/words/safe-text.ts';
import type { StatusWords } from '#renderer/words/status-words.ts';

const waitingWords: StatusWords = {
  word: 'Waiting',
  meaning: 'Files are sent one after the other. It goes on when you leave this screen.',
  color: 'gray',
  icon: 'idle',
};

export function ImageUploads() {
  const uploads = useUploads((state) => state.uploads);
  const waiting = uploads.filter(({ state }) => state === 'waiting');
  return (
    <>
      {uploads.map(({ id, problem }) => problem !== null && <Failed key={id} id={id} problem={problem} />)}
      {waiting.length > 0 && (
        <section aria-label="Files that wait to be sent" className="surface tasks">
          {waiting.map(({ id, name }) => (
            <div key={id} className="task task-head">
              <StatusMark words={waitingWords} />
              <b className="break">Import {safeText(name)}</b>
              <Act
                variant="default"
                ml="auto"
                aria-label={`Leave out: ${safeText(name)}`}
                onClick={() => leaveOutUpload(id)}
              >
                Leave out
              </Act>
            </div>
          ))}
        </section>
      )}
    </>
  );
}

function Failed({ id, problem }: Pick<Upload, 'id'> & { readonly problem: string }) {
  return (
    <ProblemView text={problem}>
      <Act variant="default" onClick={() => leaveOutUpload(id)}>
        Dismiss
      </Act>
    </ProblemView>
  );
}
