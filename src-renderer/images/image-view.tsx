// One image: its platforms layer by layer, who needs it, what speaks of it, and what to do when it is damaged.
import { IconDownload, IconTrash } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import type { ImageDetail } from '#contract/console-image-rows.ts';
import type { ImageRequest } from '#contract/console-images.ts';
import { useImages } from '#renderer/link/images-store.ts';
import { useAnswer } from '#renderer/link/use-answer.ts';
import { useView } from '#renderer/link/view-store.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { BackLink } from '#renderer/pieces/back-link.tsx';
import { EmptyView } from '#renderer/pieces/empty-view.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { StatusMark } from '#renderer/pieces/status-mark.tsx';
import { agoInWords, clockTime } from '#renderer/words/age.ts';
import { bytesInWords } from '#renderer/words/bytes.ts';
import { imageTitle, originInWords, soundnessWords } from '#renderer/words/image-words.ts';
import { imagesPath } from '#renderer/words/paths.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { ExportDialog } from './export-dialog.tsx';
import { ImageLayers, ImageReferrers } from './image-parts.tsx';
import { ImageUsersWords } from './image-users.tsx';
import { RemoveDialog } from './remove-dialog.tsx';

export function ImageView({ repository, digest }: ImageRequest) {
  const api = useImages((state) => state.api);
  const revision = useImages((state) => state.news?.revision ?? null);
  const ask = useMemo(() => api && (() => api.image({ repository, digest })), [api, repository, digest]);
  const { value: detail, problem } = useAnswer(ask, revision);
  return (
    <>
      <BackLink path={imagesPath} word="Images" />
      {problem !== null && <ProblemView text={problem} />}
      {detail === undefined && problem === null && <p className="dimmed">Reading the image …</p>}
      {detail === null && (
        <EmptyView isScreen title="There is no such image">
          Nothing in <span className="mono">{safeText(repository)}</span> has this digest; it may have been removed, or
          another one came under its name.
        </EmptyView>
      )}
      {detail !== null && detail !== undefined && <Shown detail={detail} />}
    </>
  );
}

function Shown({ detail }: { readonly detail: ImageDetail }) {
  const { row } = detail;
  const [, navigate] = useLocation();
  const [question, setQuestion] = useState<'remove' | 'export' | null>(null);
  const close = () => setQuestion(null);
  return (
    <>
      <div className="screen-head under-back">
        <h1 className="break">{imageTitle(row)}</h1>
        <Act
          variant="default"
          leftSection={<IconDownload size={18} aria-hidden />}
          onClick={() => setQuestion('export')}
        >
          Export …
        </Act>
        <Act
          variant="outline"
          color="red"
          leftSection={<IconTrash size={18} aria-hidden />}
          onClick={() => setQuestion('remove')}
        >
          Remove …
        </Act>
      </div>
      <p className="status-line">
        <StatusMark words={soundnessWords[row.soundness]} />
        <span className="dimmed">{soundnessWords[row.soundness].meaning}</span>
      </p>
      <ImageFacts detail={detail} />
      {detail.platforms.map((platform) => (
        <ImageLayers key={platform.digest} platform={platform} />
      ))}
      <ImageReferrers referrers={detail.referrers} />
      {question === 'remove' && <RemoveDialog row={row} onClose={close} onRemoved={() => navigate(imagesPath)} />}
      {question === 'export' && (
        <ExportDialog images={[{ repository: row.repository, digest: row.digest }]} onClose={close} />
      )}
    </>
  );
}

function ImageFacts({ detail }: { readonly detail: ImageDetail }) {
  const nowMs = useView((view) => view.nowMs);
  const { row } = detail;
  return (
    <dl className="facts">
      <div>
        <dt>Names</dt>
        <dd>
          {row.tags.length === 0 && <span className="dimmed">none, only its digest</span>}
          {row.tags.map((tag) => (
            <div key={tag} className="mono">
              {safeText(`${row.name}:${tag}`)}
            </div>
          ))}
          <div className="dimmed">
            here as <span className="mono">{safeText(row.repository)}</span>
          </div>
        </dd>
      </div>
      <div>
        <dt>Size</dt>
        <dd>
          {bytesInWords(row.bytes)}
          {row.sharedBytes > 0 && (
            <div className="dimmed">{bytesInWords(row.sharedBytes)} of it are shared with other images</div>
          )}
          {row.absentPlatforms.length > 0 && (
            <div className="dimmed">Not brought along: {row.absentPlatforms.map(safeText).join(', ')}</div>
          )}
        </dd>
      </div>
      <div>
        <dt>Used by</dt>
        <dd>
          <ImageUsersWords users={row} />
        </dd>
      </div>
      <div>
        <dt>Came from</dt>
        <dd>
          {originInWords(row.origin)}
          <div className="dimmed" title={clockTime(row.origin.atMs)}>
            {agoInWords(nowMs - row.origin.atMs)}
          </div>
        </dd>
      </div>
      <div>
        <dt>Digest</dt>
        <dd className="mono">{row.digest}</dd>
      </div>
    </dl>
  );
}
