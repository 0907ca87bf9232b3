// The images of the site: what is here, what is under way, and what it takes to leave. Files may be dropped anywhere on it.
import { IconDownload, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { ImageRow } from '#contract/console-image-rows.ts';
import { Act } from '../pieces/act.tsx';
import { CollectDialog } from './collect-dialog.tsx';
import { ExportDialog } from './export-dialog.tsx';
import { FileDrop } from '../pieces/file-drop.tsx';
import { ImageSummary, type StorageQuestion } from './image-summary.tsx';
import { ImageTable } from './image-table.tsx';
import { ImageTasks } from './image-tasks.tsx';
import { ImagesEmpty } from './images-empty.tsx';
import { type ImagesKnown, useImages } from '../link/images-store.ts';
import { ImportDialog } from './import-dialog.tsx';
import { ProblemView } from '../pieces/problem-view.tsx';
import { QuotaDialog } from './quota-dialog.tsx';
import { RemoveDialog } from './remove-dialog.tsx';
import { useUploads } from '../use-uploads.ts';

type Question =
  | { readonly kind: 'import' | 'export' | StorageQuestion }
  | { readonly kind: 'remove'; readonly row: ImageRow };

export function ImagesView() {
  const known = useImages((state) => state.known);
  const failure = useImages((state) => state.failure);
  const uploads = useUploads();
  const [question, setQuestion] = useState<Question | null>(null);
  const ask = (kind: 'import' | 'export' | StorageQuestion) => setQuestion({ kind });
  const isEmpty = known !== null && known.rows.length === 0;
  return (
    <FileDrop onFiles={uploads.send}>
      <div className="screen-head">
        <h1>Images</h1>
        {!isEmpty && (
          <>
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
      {uploads.problems.map((problem) => (
        <ProblemView key={problem} text={problem} />
      ))}
      {known !== null && !isEmpty && <ImageSummary usage={known.usage} readiness={known.readiness} onAsk={ask} />}
      <ImageTasks />
      {known === null && failure === null && <p className="dimmed">Reading the images …</p>}
      {isEmpty && <ImagesEmpty onFiles={uploads.send} onOtherWays={() => ask('import')} readiness={known.readiness} />}
      {known !== null && !isEmpty && (
        <ImageTable rows={known.rows} onRemove={(row) => setQuestion({ kind: 'remove', row })} />
      )}
      {question !== null && (
        <Asked question={question} known={known} send={uploads.send} onClose={() => setQuestion(null)} />
      )}
    </FileDrop>
  );
}

function Asked(props: {
  readonly question: Question;
  readonly known: ImagesKnown | null;
  readonly send: (files: readonly File[]) => void;
  readonly onClose: () => void;
}) {
  const { question, known, onClose } = props;
  switch (question.kind) {
    case 'import':
      return <ImportDialog onFiles={props.send} onClose={onClose} />;
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
