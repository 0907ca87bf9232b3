// The images of the site: what is here, what is under way, and what it takes to leave. Files may be dropped anywhere on it.
import '#renderer/look/deployments.css';
import { TextInput } from '@mantine/core';
import { IconDownload, IconPlus } from '@tabler/icons-react';
import { useMemo, useRef, useState } from 'react';
import type { ImageRow } from '#contract/console-image-rows.ts';
import { useShortcuts } from '#renderer/keys/shortcuts.ts';
import { type ImagesKnown, useImages } from '#renderer/link/images-store.ts';
import { sendFiles } from '#renderer/link/uploads-store.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { FileDrop } from '#renderer/pieces/file-drop.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { CollectDialog } from './collect-dialog.tsx';
import { ExportDialog } from './export-dialog.tsx';
import { ImageSummary, type StorageQuestion } from './image-summary.tsx';
import { ImageTable } from './image-table.tsx';
import { ImageTasks } from './image-tasks.tsx';
import { ImageUploads } from './image-uploads.tsx';
import { ImagesEmpty } from './images-empty.tsx';
import { imagesWith } from './images-with.ts';
import { ImportDialog } from './import-dialog.tsx';
import { QuotaDialog } from './quota-dialog.tsx';
import { RemoveDialog } from './remove-dialog.tsx';

type Question =
  | { readonly kind: 'import' | 'export' | StorageQuestion }
  | { readonly kind: 'remove'; readonly row: ImageRow };

export function ImagesView() {
  const known = useImages((state) => state.known);
  const failure = useImages((state) => state.failure);
  const [question, setQuestion] = useState<Question | null>(null);
  const ask = (kind: 'import' | 'export' | StorageQuestion) => setQuestion({ kind });
  const isEmpty = known !== null && known.rows.length === 0;
  const [words, setWords] = useState('');
  const search = useRef<HTMLInputElement>(null);
  const shown = useMemo(() => imagesWith(known?.rows ?? [], words), [known, words]);
  useShortcuts([
    { keys: 'i', word: 'Import images', run: () => ask('import') },
    { keys: '/', word: 'Search the images', run: () => search.current?.focus() },
  ]);
  return (
    <FileDrop onFiles={sendFiles}>
      <div className="screen-head">
        <h1>Images</h1>
        {!isEmpty && (
          <>
            <TextInput
              ref={search}
              className="search-field"
              size="md"
              aria-label="Search by name, digest, platform, or who names it"
              placeholder="Search"
              value={words}
              onChange={(event) => setWords(event.currentTarget.value)}
            />
            <Act variant="default" leftSection={<IconDownload size={18} aria-hidden />} onClick={() => ask('export')}>
              Export …
            </Act>
            <Act leftSection={<IconPlus size={18} aria-hidden />} onClick={() => ask('import')}>
              Import images
            </Act>
          </>
        )}
      </div>
      {failure !== null && <ProblemView text={failure} />}
      {known !== null && !isEmpty && <ImageSummary usage={known.usage} readiness={known.readiness} onAsk={ask} />}
      <ImageTasks />
      <ImageUploads />
      {known === null && failure === null && <p className="dimmed">Reading the images …</p>}
      {isEmpty && <ImagesEmpty onFiles={sendFiles} onOtherWays={() => ask('import')} readiness={known.readiness} />}
      {known !== null && !isEmpty && (
        <>
          {words.trim() !== '' && (
            <p role="status">
              {shown.length} of {known.rows.length} images.{' '}
              <button type="button" className="link-button" onClick={() => setWords('')}>
                Show all
              </button>
            </p>
          )}
          {shown.length > 0 && <ImageTable rows={shown} onRemove={(row) => setQuestion({ kind: 'remove', row })} />}
        </>
      )}
      {question !== null && <Asked question={question} known={known} onClose={() => setQuestion(null)} />}
    </FileDrop>
  );
}

function Asked(props: {
  readonly question: Question;
  readonly known: ImagesKnown | null;
  readonly onClose: () => void;
}) {
  const { question, known, onClose } = props;
  switch (question.kind) {
    case 'import':
      return <ImportDialog onFiles={sendFiles} onClose={onClose} />;
    case 'export':
      return <ExportDialog images={null} onClose={onClose} />;
    case 'remove':
      return <RemoveDialog row={question.row} onClose={onClose} />;
    case 'collect':
      return known && <CollectDialog usage={known.usage} onClose={onClose} />;
    case 'quota':
      return known && <QuotaDialog usage={known.usage} onClose={onClose} />;
  }
}
