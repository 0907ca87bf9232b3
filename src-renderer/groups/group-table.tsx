// The groups with who is in them: of a condition as many as match it now.
import { useMemo } from 'react';
import { Link } from 'wouter';
import type { GroupRow } from '#contract/console-rollouts.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useProjection } from '#renderer/link/projection-store.ts';
import { useAnswer } from '#renderer/link/use-answer.ts';
import { useCalm } from '#renderer/link/use-calm.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { Pill } from '#renderer/pieces/pill.tsx';
import { filterPath } from '#renderer/words/device-filter.ts';
import { groupCondition, groupKindWords, ringInWords, ringsOf } from '#renderer/words/group-words.ts';
import { devicesInWords } from '#renderer/words/rollout-words.ts';
import { safeText } from '#renderer/words/safe-text.ts';

const countEveryMs = 2_000;
const mostNamed = 8;

interface GroupTableProps {
  readonly groups: readonly GroupRow[];
  readonly onDeploy: (group: GroupRow) => void;
  readonly onEdit: (group: GroupRow) => void;
  readonly onDelete: (group: GroupRow) => void;
}

export function GroupTable({ groups, onDeploy, onEdit, onDelete }: GroupTableProps) {
  const rings = useMemo(() => ringsOf(groups), [groups]);
  return (
    <section aria-labelledby="all-groups">
      <h2 id="all-groups" className="section">
        All groups
      </h2>
      <dl className="group-kinds">
        {(['static', 'dynamic'] as const).map((kind) => (
          <div key={kind}>
            <dt>{groupKindWords[kind].word}</dt>
            <dd>
              {groupKindWords[kind].who}. {groupKindWords[kind].meaning}
            </dd>
          </div>
        ))}
      </dl>
      <div className="surface scroll">
        <table className="grid">
          <thead>
            <tr>
              <th scope="col">Group</th>
              <th scope="col">Kind</th>
              <th scope="col">Devices</th>
              <th scope="col">Who is in it</th>
              <th scope="col">
                <span className="visually-hidden">What can be done</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {groups.map((group) => (
              <tr key={group.id} data-group={group.id}>
                <td>
                  <b className="break">{safeText(group.id)}</b>
                  {group.ring !== null && <div className="rollout-small">{ringInWords(group.id, rings)}</div>}
                </td>
                <td>
                  {group.condition === null ? (
                    <Pill color="teal" word={groupKindWords.static.word} />
                  ) : (
                    <Pill color="blue" word={groupKindWords.dynamic.word} />
                  )}
                </td>
                <td>{group.condition === null ? <ListCount group={group} /> : <MatchCount group={group} />}</td>
                <td className="break">
                  {group.condition === null ? (
                    namedFirst(group.deviceIds ?? [])
                  ) : (
                    <span className="mono">{safeText(group.condition)}</span>
                  )}
                </td>
                <td className="acts">
                  <Act variant="subtle" aria-label={`Deploy to ${safeText(group.id)}`} onClick={() => onDeploy(group)}>
                    Deploy
                  </Act>
                  <Act variant="subtle" aria-label={`Change ${safeText(group.id)}`} onClick={() => onEdit(group)}>
                    Change
                  </Act>
                  <Act
                    variant="subtle"
                    color="red"
                    aria-label={`Delete ${safeText(group.id)}`}
                    onClick={() => onDelete(group)}
                  >
                    Delete
                  </Act>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function namedFirst(ids: readonly string[]): string {
  const more = ids.length - mostNamed;
  return `${ids.slice(0, mostNamed).map(safeText).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function ListCount({ group }: { readonly group: GroupRow }) {
  const count = group.deviceIds?.length ?? 0;
  const query = groupCondition(group);
  if (query === null) return devicesInWords(count);
  return (
    <Link href={filterPath({ query })} className="plain-link">
      {devicesInWords(count)}
    </Link>
  );
}

/** Who matches may be another after any change of a device. */
function MatchCount({ group }: { readonly group: GroupRow }) {
  const client = useHub((state) => state.client);
  const { condition } = group;
  const flush = useCalm(
    useProjection((state) => state.number + state.round),
    countEveryMs,
  );
  const ask = useMemo(
    () => (client === null || condition === null ? null : () => client.matchesOf.query({ condition, limit: 1 })),
    [client, condition],
  );
  const { value } = useAnswer(ask, flush);
  if (value === undefined || condition === null) return <span className="dimmed">…</span>;
  if (!value.ok) return <span className="field-problem">{value.problems.map(({ message }) => message).join(' ')}</span>;
  return (
    <Link href={filterPath({ query: condition })} className="plain-link">
      {devicesInWords(value.count)}
    </Link>
  );
}
