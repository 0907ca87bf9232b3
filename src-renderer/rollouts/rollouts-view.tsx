// All rollouts, newest first: where each is, who or what brought it there and when, how far it is, and what failed as a link.
import '#renderer/look/rollouts.css';
import { IconPlus } from '@tabler/icons-react';
import { useMemo } from 'react';
import { Link, useLocation } from 'wouter';
import type { RolloutRow } from '#contract/console-rows.ts';
import { useShortcuts } from '#renderer/keys/shortcuts.ts';
import { useProjection } from '#renderer/link/projection-store.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { EmptyView } from '#renderer/pieces/empty-view.tsx';
import { RolloutProgress } from '#renderer/pieces/rollout-progress.tsx';
import { Since } from '#renderer/pieces/since.tsx';
import { StatusMark } from '#renderer/pieces/status-mark.tsx';
import { type TableColumn, VirtualTable } from '#renderer/tables/virtual-table.tsx';
import { deploymentsPath, groupsPath, newRolloutPath, rolloutPath } from '#renderer/words/paths.ts';
import { causerInWords, openWaveInWords, partWords, rolloutWords } from '#renderer/words/rollout-words.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { partPath } from './rollout-filter.ts';

export function RolloutsView() {
  const kept = useProjection((state) => state.rollouts);
  const isComplete = useProjection((state) => state.isComplete);
  const [, navigate] = useLocation();
  const rows = useMemo(
    () => [...kept.values()].map(({ row }) => row).sort((left, right) => right.createdAtMs - left.createdAtMs),
    [kept],
  );
  useShortcuts([{ keys: 'n', word: 'New rollout', run: () => navigate(newRolloutPath) }]);
  return (
    <>
      <div className="screen-head">
        <h1>Rollouts</h1>
        <Act variant="default" onClick={() => navigate(groupsPath)}>
          Groups and rings
        </Act>
        {rows.length > 0 && <NewRollout />}
      </div>
      {rows.length === 0 && !isComplete && <p className="dimmed">Reading the rollouts …</p>}
      {rows.length === 0 && isComplete && <NoRollouts />}
      {rows.length > 0 && (
        <VirtualTable
          label="Rollouts"
          noun="rollout"
          rows={rows}
          keyOf={idOf}
          columns={columns}
          rowHeight={84}
          isMeasured
          onOpen={(row) => navigate(rolloutPath(row.deploymentId))}
        />
      )}
    </>
  );
}

const idOf = (row: RolloutRow): string => row.deploymentId;

const columns: readonly TableColumn<RolloutRow>[] = [
  {
    id: 'rollout',
    word: 'Rollout',
    width: 220,
    cell: (row) => (
      <>
        <Link href={rolloutPath(row.deploymentId)} className="strong-link break">
          {safeText(row.deploymentId)}
        </Link>
        {row.takesBack !== null && <div className="rollout-small">rolls back {safeText(row.takesBack)}</div>}
      </>
    ),
  },
  {
    id: 'status',
    word: 'Status',
    width: 200,
    cell: (row) => (
      <>
        <StatusMark words={rolloutWords(row)} />
        <div className="rollout-small">{waveInWords(row)}</div>
        {row.waitsForPerson !== null && (
          <Link href={rolloutPath(row.deploymentId)} className="plain-link">
            {openWaveInWords(row.waitsForPerson)}
          </Link>
        )}
      </>
    ),
  },
  {
    id: 'cause',
    word: 'By whom, and when',
    cell: ({ cause, waitsForPerson: waited }) => (
      <>
        <div className="break">
          {causerInWords(cause.by)} · <Since atMs={waited?.sinceMs ?? cause.atMs} />
        </div>
        <div className="rollout-small break">
          {waited === null
            ? safeText(cause.reason)
            : `Wave ${safeText(waited.after)} came to its gate, and the plan asks for a person.`}
        </div>
      </>
    ),
  },
  { id: 'progress', word: 'Devices', width: 180, cell: (row) => <RolloutProgress row={row} /> },
  {
    id: 'failed',
    word: partWords.failed.word,
    width: 84,
    isNumber: true,
    cell: ({ deploymentId, counts }) => (
      <Link
        href={partPath(deploymentId, { part: 'failed', wave: null })}
        className={counts.byStanding.failure > 0 ? 'rollout-alarm' : 'plain-link'}
        aria-label={`${partWords.failed.word} ${counts.byStanding.failure} in ${safeText(deploymentId)}`}
      >
        {counts.byStanding.failure}
      </Link>
    ),
  },
];

function waveInWords({ wave, waves }: RolloutRow): string {
  return wave === null ? `no wave of ${waves} open` : `wave ${wave.number} of ${waves}: ${safeText(wave.name)}`;
}

function NewRollout() {
  const [, navigate] = useLocation();
  return (
    <Act leftSection={<IconPlus size={18} aria-hidden />} onClick={() => navigate(newRolloutPath)}>
      New rollout
    </Act>
  );
}

function NoRollouts() {
  return (
    <EmptyView title="No rollouts yet">
      <p>
        A rollout brings a deployment to its devices wave by wave, stops itself when too many fail, and can be taken
        back. Without one a new deployment reaches all its devices at once.
      </p>
      <div className="rollout-acts">
        <NewRollout />
        <Link href={deploymentsPath} className="plain-link">
          Look at the deployments
        </Link>
      </div>
    </EmptyView>
  );
}
