// The deployments: base, layer or automatic configuration, whom they mean, and how those devices stand; each number is a link to them.
import '#renderer/look/deployments.css';
import { TextInput } from '@mantine/core';
import { IconDownload, IconPlus, IconUpload } from '@tabler/icons-react';
import { useMemo, useRef, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { useShortcuts } from '#renderer/keys/shortcuts.ts';
import { pickFile, readFile, type PickOutcome } from '#renderer/link/desktop.ts';
import { forgetOpenedFile, type OpenedFile, useOpenedFile } from '#renderer/link/opened-file-store.ts';
import { useProjection } from '#renderer/link/projection-store.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { EmptyView } from '#renderer/pieces/empty-view.tsx';
import { FileDrop } from '#renderer/pieces/file-drop.tsx';
import { LeftValues } from '#renderer/pieces/left-values.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { byRank, typeWords } from '#renderer/words/deployment-words.ts';
import { newDeploymentPath } from '#renderer/words/paths.ts';
import { DeploymentImport } from './deployment-import.tsx';
import { DeploymentTable } from './deployment-table.tsx';
import { SiteExportDialog } from './site-export-dialog.tsx';
import { TemplateGallery } from './template-gallery.tsx';

export function DeploymentsView() {
  const kept = useProjection((state) => state.deployments);
  const isComplete = useProjection((state) => state.isComplete);
  const [words, setWords] = useState('');
  const [isExporting, setIsExporting] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  const [, navigate] = useLocation();
  const files = useFiles();
  useShortcuts([
    { keys: 'n', word: 'New deployment', run: () => navigate(newDeploymentPath) },
    { keys: 'i', word: 'Import a file', run: files.pick },
    { keys: '/', word: 'Search the deployments', run: () => search.current?.focus() },
  ]);
  const rows = useMemo(() => [...kept.values()].map(({ row }) => row).sort(byRank), [kept]);
  const shown = useMemo(() => {
    const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
    return rows.filter(({ id, targetCondition, type }) => {
      const text = `${id} ${targetCondition} ${typeWords[type]}`.toLowerCase();
      return wanted.every((word) => text.includes(word));
    });
  }, [rows, words]);
  const isEmpty = rows.length === 0;
  return (
    <FileDrop onFiles={files.dropped}>
      <div className="screen-head">
        <h1>Deployments</h1>
        {!isEmpty && (
          <TextInput
            ref={search}
            className="search-field"
            size="md"
            aria-label="Search by id, condition or type"
            placeholder="Search"
            value={words}
            onChange={(event) => setWords(event.currentTarget.value)}
          />
        )}
        <Act variant="default" leftSection={<IconUpload size={18} aria-hidden />} onClick={files.pick}>
          Import …
        </Act>
        {!isEmpty && (
          <Act
            variant="default"
            leftSection={<IconDownload size={18} aria-hidden />}
            onClick={() => setIsExporting(true)}
          >
            Export site …
          </Act>
        )}
        <Act leftSection={<IconPlus size={18} aria-hidden />} onClick={() => navigate(newDeploymentPath)}>
          New deployment
        </Act>
      </div>
      {files.problem !== null && <ProblemView text={files.problem} />}
      {isEmpty && !isComplete && <p className="dimmed">Reading the deployments …</p>}
      {isEmpty && isComplete && <NoDeployments />}
      {!isEmpty && shown.length === 0 && (
        <p>
          None of the {rows.length} deployments has these words.{' '}
          <button type="button" className="link-button" onClick={() => setWords('')}>
            Show all
          </button>
        </p>
      )}
      {shown.length > 0 && (
        <div className="deployments-list">
          <DeploymentTable rows={shown} />
        </div>
      )}
      <LeftValues configurationId={null} />
      {files.file !== null && <DeploymentImport key={files.file.base64} file={files.file} onClose={files.forget} />}
      {isExporting && <SiteExportDialog onClose={() => setIsExporting(false)} />}
    </FileDrop>
  );
}

/** The file to be imported: picked, dropped, or handed over by the desktop. */
function useFiles() {
  const opened = useOpenedFile();
  const [own, setOwn] = useState<{ readonly file: OpenedFile | null; readonly problem: string | null }>({
    file: null,
    problem: null,
  });
  const take = (outcome: PickOutcome) => {
    if (outcome.kind === 'picked') setOwn({ file: outcome.file, problem: null });
    if (outcome.kind === 'refused') setOwn({ file: null, problem: outcome.words });
  };
  return {
    file: own.file ?? opened.file,
    problem: own.problem ?? opened.problem,
    pick: () => void pickFile().then(take),
    dropped: ([file, more]: readonly File[]) => {
      if (more !== undefined)
        setOwn({ file: null, problem: 'Drop one file at a time: each is checked before it is imported.' });
      else if (file !== undefined) void readFile(file).then(take);
    },
    forget: () => {
      setOwn({ file: null, problem: null });
      forgetOpenedFile();
    },
  };
}

function NoDeployments() {
  return (
    <EmptyView title="No deployments yet">
      <p>
        A deployment says which modules the devices of its target condition run. Begin with one of these, import a file
        that the <span className="mono">az</span> CLI takes (or drop it here), or{' '}
        <Link href={newDeploymentPath} className="plain-link">
          write one from nothing
        </Link>
        .
      </p>
      <TemplateGallery />
    </EmptyView>
  );
}
