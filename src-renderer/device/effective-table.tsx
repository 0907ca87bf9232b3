// Values that a device is given: where each stands, what it is, who wrote it, whom that hid, and whether the twin holds it.
import { Link } from 'wouter';
import type { Json } from '#base/json.ts';
import type { EffectiveValue } from '#domain/layering/effective-view.ts';
import { EmptyView } from '#renderer/pieces/empty-view.tsx';
import { StatusMark } from '#renderer/pieces/status-mark.tsx';
import { type TableColumn, VirtualTable } from '#renderer/tables/virtual-table.tsx';
import { deploymentPath } from '#renderer/words/paths.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import type { StatusWords } from '#renderer/words/status-words.ts';

const columns: readonly TableColumn<EffectiveValue>[] = [
  {
    id: 'module',
    word: 'Module',
    width: 120,
    cell: ({ moduleId }) => <span className="break">{moduleId === '' ? 'the device' : safeText(moduleId)}</span>,
  },
  {
    id: 'path',
    word: 'Path',
    width: 340,
    cell: ({ path }) => (
      <span className="mono">{path.length === 0 ? 'the whole section' : safeText(path.join('.'))}</span>
    ),
  },
  // Images and settings are longer than paths: theirs is the rest.
  { id: 'value', word: 'Value', cell: (row) => <Value row={row} /> },
  { id: 'writer', word: 'Written by', width: 140, cell: ({ writtenBy }) => <Writer id={writtenBy} /> },
  { id: 'hidden', word: 'Hides', width: 140, cell: (row) => <Hidden row={row} /> },
];

export function EffectiveTable({ values }: { readonly values: readonly EffectiveValue[] }) {
  if (values.length === 0) return <EmptyView title="No value">Nothing is left of what was looked for.</EmptyView>;
  return (
    <VirtualTable
      label="Values of the effective configuration"
      noun="value"
      rows={values}
      keyOf={keyOf}
      columns={columns}
      rowHeight={44}
      isMeasured
    />
  );
}

function keyOf({ moduleId, path, kind, writtenBy }: EffectiveValue): string {
  return JSON.stringify([moduleId, path, kind, writtenBy]);
}

const takenAway = mark('Taken away', 'gray', 'off');
const added = mark('In the twin, of no deployment', 'yellow', 'none');
const left = mark('Left behind by it', 'yellow', 'none');
const differs = mark('The twin differs', 'orange', 'bad');

function mark(word: string, color: string, icon: StatusWords['icon']): StatusWords {
  return { word, meaning: word, color, icon };
}

function Value({ row }: { readonly row: EffectiveValue }) {
  const { kind, value, actual } = row;
  return (
    <>
      {kind === 'set' && <div className="mono">{shown(value)}</div>}
      {kind === 'taken-away' && <StatusMark words={takenAway} />}
      {kind === 'left' && (
        <>
          <div className="mono">{shown(value)}</div>
          <StatusMark words={left} />
        </>
      )}
      {kind === 'added' && (
        <>
          <div className="mono">{shown(actual)}</div>
          <StatusMark words={added} />
        </>
      )}
      {row.differs && kind !== 'added' && (
        <div>
          <StatusMark words={differs} />{' '}
          <span className="mono">{actual === undefined ? 'it holds nothing here' : `it holds ${shown(actual)}`}</span>
        </div>
      )}
    </>
  );
}

function Hidden({ row }: { readonly row: EffectiveValue }) {
  if (row.hidden.length === 0) return <span className="dimmed">–</span>;
  return row.hidden.map(({ deploymentId, value }) => (
    <div key={deploymentId} className="break">
      {safeText(deploymentId)}
      {value !== undefined && <span className="mono dimmed"> {shown(value)}</span>}
    </div>
  ));
}

export function Writer({ id }: { readonly id: string | null }) {
  if (id === null) return <span className="dimmed">nobody</span>;
  return (
    <Link href={deploymentPath(id)} className="plain-link break">
      {safeText(id)}
    </Link>
  );
}

export function shown(value: Json | undefined): string {
  return value === undefined ? '' : safeText(JSON.stringify(value));
}
