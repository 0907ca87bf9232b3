// The items of a file: what an import would do with each, or did, and everything wrong with it at its place.
import type { ItemOutcome, ItemReport } from '#contract/file-report.ts';
import { NoticeList, type PlacedWords } from '#renderer/pieces/problem-list.tsx';
import { StatusMark } from '#renderer/pieces/status-mark.tsx';
import { safeText } from '#renderer/words/safe-text.ts';
import type { StatusWords } from '#renderer/words/status-words.ts';

// A person reads no more; the rest is counted.
const mostShown = 200;

const kinds: Readonly<Record<ItemReport['kind'], string>> = {
  base: 'Base',
  layer: 'Layer',
  'device-configuration': 'Device settings',
  'module-configuration': 'Module settings',
  device: 'Device',
};

const outcomes: Readonly<Record<ItemOutcome, StatusWords>> = {
  create: { word: 'New', meaning: 'It would be created.', color: 'blue', icon: 'idle' },
  update: { word: 'Changes', meaning: 'It is here and would be changed.', color: 'blue', icon: 'idle' },
  created: { word: 'Created', meaning: 'It was created.', color: 'green', icon: 'good' },
  updated: { word: 'Changed', meaning: 'It was changed.', color: 'green', icon: 'good' },
  same: { word: 'Here already', meaning: 'It is here as the file has it.', color: 'gray', icon: 'none' },
  different: { word: 'Kept as here', meaning: 'It is here otherwise, and stays.', color: 'gray', icon: 'none' },
  refused: { word: 'Cannot be', meaning: 'It cannot be imported.', color: 'red', icon: 'bad' },
  held: { word: 'Not done', meaning: 'Another item cannot be imported.', color: 'gray', icon: 'none' },
};

export function ImportItems(props: {
  readonly items: readonly ItemReport[];
  readonly outcomes: ReadonlyMap<string, ItemReport>;
  readonly left: ReadonlySet<string>;
  /** Absent: nothing is to be chosen. */
  readonly onLeft?: (left: ReadonlySet<string>) => void;
}) {
  const { items, left, onLeft } = props;
  return (
    <ul className="import-items" aria-label="Items of the file" tabIndex={0}>
      {items.slice(0, mostShown).map((found) => {
        const item = props.outcomes.get(found.at) ?? found;
        const canChoose = onLeft !== undefined && (found.outcome === 'create' || found.outcome === 'update');
        return (
          <li key={found.at} data-item={found.id}>
            <div className="import-item">
              {canChoose ? (
                <label>
                  <input
                    type="checkbox"
                    checked={!left.has(found.at)}
                    onChange={() => onLeft(toggled(left, found.at))}
                  />
                  <strong className="break">{safeText(found.id) || 'without an id'}</strong>
                </label>
              ) : (
                <strong className="break">{safeText(found.id) || 'without an id'}</strong>
              )}
              <span className="dimmed">{kinds[found.kind]}</span>
              <StatusMark words={outcomes[item.outcome]} />
            </div>
            {item.changes.length > 0 && <p className="dimmed">Differs in {item.changes.map(safeText).join(', ')}.</p>}
            <NoticeList title="What is wrong" tone="problem" problems={item.problems.map(countedFromOne)} />
            <NoticeList title="Seldom meant" problems={item.warnings} />
          </li>
        );
      })}
      {items.length > mostShown && <li>and {items.length - mostShown} more</li>}
    </ul>
  );
}

/** To people the first character is the first. */
function countedFromOne({ at, message }: PlacedWords): PlacedWords {
  return { at, message: message.replace(/^at (\d+): /, (_all, offset) => `at character ${Number(offset) + 1}: `) };
}

function toggled(left: ReadonlySet<string>, at: string): ReadonlySet<string> {
  const next = new Set(left);
  if (!next.delete(at)) next.add(at);
  return next;
}
