// How the list looks: its columns, tags among them, how dense it is, and the views that were saved by name.
import { Checkbox, Radio, TextInput } from '@mantine/core';
import { IconBookmark, IconColumns3, IconX } from '@tabler/icons-react';
import { type FormEvent, useMemo, useState } from 'react';
import { Link, useSearch } from 'wouter';
import { useProjection } from '#renderer/link/projection-store.ts';
import { tagPathsOf } from '#renderer/link/shown-devices.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { DialogView } from '#renderer/pieces/dialog-view.tsx';
import { devicesPath } from '#renderer/words/paths.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { columnWords } from './device-columns.tsx';
import {
  densities,
  type Density,
  forgetView,
  mostColumns,
  plainColumns,
  saveView,
  setColumns,
  setDensity,
  tagColumn,
  tagOfColumn,
  useDevicesLook,
} from './devices-look.ts';

const mostTagColumns = 60;

export function ListTools() {
  const [open, setOpen] = useState<'columns' | 'views' | null>(null);
  return (
    <div className="devices-looks">
      <SavedViews />
      <Act variant="default" leftSection={<IconBookmark size={17} aria-hidden />} onClick={() => setOpen('views')}>
        Save view
      </Act>
      <Act variant="default" leftSection={<IconColumns3 size={17} aria-hidden />} onClick={() => setOpen('columns')}>
        Columns
      </Act>
      {open === 'columns' && <ColumnsDialog onClose={() => setOpen(null)} />}
      {open === 'views' && <ViewsDialog onClose={() => setOpen(null)} />}
    </div>
  );
}

function SavedViews() {
  const views = useDevicesLook((look) => look.views);
  const search = useSearch();
  const here = search === '' ? devicesPath : `${devicesPath}?${search}`;
  if (views.length === 0) return null;
  return (
    <nav className="tabs" aria-label="Saved views">
      {views.map((view) => (
        <Link
          key={view.name}
          href={view.path}
          className="tab"
          aria-current={view.path === here}
          onClick={() => useDevicesLook.setState({ columns: view.columns, order: view.order })}
        >
          <IconBookmark size={15} aria-hidden /> {safeText(view.name)}
        </Link>
      ))}
    </nav>
  );
}

const densityWords: Readonly<Record<Density, string>> = { comfortable: 'Comfortable', compact: 'Compact' };

function ColumnsDialog({ onClose }: { readonly onClose: () => void }) {
  const { columns, density } = useDevicesLook();
  const devices = useProjection((state) => state.devices);
  // As it is when the dialog opens: a list of boxes must not move under the pointer.
  const [atOpening] = useState(devices);
  const offered = useMemo(() => {
    const paths = tagPathsOf(atOpening.values(), mostTagColumns);
    const chosen = columns.filter((column) => tagOfColumn(column) !== null);
    return [...new Set([...chosen, ...paths.map(tagColumn)])];
  }, [atOpening, columns]);

  const box = (id: string, word: string) => (
    <Checkbox
      key={id}
      label={word}
      className="devices-column"
      checked={columns.includes(id)}
      disabled={!columns.includes(id) && columns.length >= mostColumns}
      onChange={(event) =>
        setColumns(event.currentTarget.checked ? [...columns, id] : columns.filter((column) => column !== id))
      }
    />
  );
  return (
    <DialogView title="Columns" onClose={onClose}>
      <fieldset className="devices-fields">
        <legend>Of every device</legend>
        {plainColumns.map((id) => box(id, columnWords[id] ?? id))}
      </fieldset>
      <fieldset className="devices-fields">
        <legend>Tags</legend>
        {offered.length === 0 && <p className="dimmed">No device has a tag yet.</p>}
        {offered.map((id) => box(id, safeText(tagOfColumn(id) ?? id)))}
      </fieldset>
      <Radio.Group
        label="Rows"
        value={density}
        onChange={(value) => setDensity(densities.find((known) => known === value) ?? 'comfortable')}
      >
        <div className="devices-radios">
          {densities.map((value) => (
            <Radio key={value} value={value} label={densityWords[value]} />
          ))}
        </div>
      </Radio.Group>
      <div className="dialog-acts">
        <Act variant="default" onClick={() => setColumns(plainColumns)}>
          As usual
        </Act>
        <Act onClick={onClose}>Done</Act>
      </div>
    </DialogView>
  );
}

function ViewsDialog({ onClose }: { readonly onClose: () => void }) {
  const views = useDevicesLook((look) => look.views);
  const search = useSearch();
  const [name, setName] = useState('');
  const path = search === '' ? devicesPath : `${devicesPath}?${search}`;

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (name.trim() === '') return;
    saveView(name.trim(), path);
    onClose();
  }

  return (
    <DialogView title="Save this view" onClose={onClose}>
      <form onSubmit={submit}>
        <p>The filter, the columns and the order are kept on this computer under a name of yours.</p>
        <TextInput
          label="Name"
          size="md"
          value={name}
          maxLength={40}
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {views.some((view) => view.name === name.trim()) && (
          <p role="status">It takes the place of the view of that name.</p>
        )}
        <div className="dialog-acts">
          <Act variant="default" onClick={onClose}>
            Cancel
          </Act>
          <Act type="submit" disabled={name.trim() === ''}>
            Save view
          </Act>
        </div>
      </form>
      {views.length > 0 && (
        <ul className="devices-views" aria-label="Saved views">
          {views.map((view) => (
            <li key={view.name}>
              <span className="break">{safeText(view.name)}</span>
              <Act
                variant="subtle"
                color="red"
                aria-label={`Forget the view ${safeText(view.name)}`}
                leftSection={<IconX size={16} aria-hidden />}
                onClick={() => forgetView(view.name)}
              >
                Forget
              </Act>
            </li>
          ))}
        </ul>
      )}
    </DialogView>
  );
}
