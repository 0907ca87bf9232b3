// Somebody changed a twin while it was edited here: both changes are shown, and one of three ways is chosen. None loses anything:
// what is given up can be brought back.
import { JsonDiff } from '#renderer/editors/json-diff.tsx';
import { Act } from '#renderer/pieces/act.tsx';
import { safeText } from '#renderer/words/safe-text.ts';
import { draftText, twinChanges, type WrittenTwin } from './twin-draft.ts';

const mostListed = 6;

export function TwinConflict(props: {
  readonly base: WrittenTwin;
  readonly theirs: WrittenTwin;
  /** Null: the text is no twin as it stands. */
  readonly mine: WrittenTwin | null;
  readonly isBusy: boolean;
  readonly onTheirs: () => void;
  readonly onMine: () => void;
  readonly onReadAgain: () => void;
}) {
  const { base, theirs, mine } = props;
  const theirPaths = pathsOf(base, theirs);
  const myPaths = mine === null ? [] : pathsOf(base, mine);
  const both = myPaths.filter((path) => theirPaths.includes(path));
  return (
    <section className="twin-conflict" aria-label="Somebody else changed this twin">
      <h3>Somebody else changed this twin while you edited it</h3>
      <p>
        They changed {listed(theirPaths)}. You changed{' '}
        {mine === null ? 'a text that is no twin yet: mend it first' : listed(myPaths)}.{' '}
        {both.length > 0 && <strong>Both of you changed {listed(both)}.</strong>}
      </p>
      {mine !== null && (
        <JsonDiff
          before={draftText(theirs)}
          after={draftText(mine)}
          beforeTitle="Theirs, as it stands now"
          afterTitle="Yours"
          className="twin-diff"
        />
      )}
      <div className="twin-choices">
        <div>
          <Act variant="default" onClick={props.onTheirs}>
            Keep theirs
          </Act>
          <span className="dimmed">Yours is set aside; you can bring it back.</span>
        </div>
        <div>
          <Act disabled={mine === null} loading={props.isBusy} onClick={props.onMine}>
            Write mine on top
          </Act>
          <span className="dimmed">Only what you changed is written; the rest of theirs stays.</span>
        </div>
        <div>
          <Act variant="default" disabled={mine === null} onClick={props.onReadAgain}>
            Read again
          </Act>
          <span className="dimmed">Theirs with your changes on it, to look at before you apply.</span>
        </div>
      </div>
    </section>
  );
}

function pathsOf(from: WrittenTwin, to: WrittenTwin): readonly string[] {
  return twinChanges(from, to).map(({ path }) => path.join('.'));
}

function listed(paths: readonly string[]): string {
  if (paths.length === 0) return 'nothing';
  const more = paths.length - mostListed;
  return `${paths.slice(0, mostListed).map(safeText).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
