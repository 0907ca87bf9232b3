// The groups with who is in them: of a condition as many as match it now.
import { useMemo } from 'react';
import { Link } from 'wouter';
import type { GroupRow } from '#contract/console-rollouts.ts';
import { Act } from '../pieces/act.tsx';
import { filterPath } from '../words/device-filter.ts';
import { membersQuery } from '../words/group-words.ts';
import { useHub } from '../link/hub-store.ts';
import { Pill } from '../pieces/pill.tsx';
import { useProjection } from '../link/projection-store.ts';
import { devicesInWords } from '../rollout-words.ts';
import { safeText } from '../words/safe-text.ts';
import { useAnswer } from '../link/use-answer.ts';
import { useCalm } from '../link/use-calm.ts';

const countEveryMs = 2_000;
const mostNamed = 8;

interface GroupTableProps {
  readonly groups: readonly GroupRow[];
  readonly onEdit: (group: GroupRow) => void;
  readonly onDelete: (group: GroupRow) => void;
}

export function GroupTable({ groups, onEdit, onDelete }: GroupTableProps) {
  return (
    <section aria-labelledby="all-groups">
      <h2 id="all-groups" className="section">
        All groups
      </h2>
      <div className="surface scroll">
        <table className="grid">
          <thead>
            <tr>
              <th scope="col">Group</th>
              <th scope="col">Kind</th>
              <th scope="col">Devices</th>
              <th scope="col">Who</th>
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
                  {group.ring !== null && <div className="rollout-small">a ring</div>}
                </td>
                <td>
                  {group.condition === null ? (
                    <Pill color="teal" word="List" />
                  ) : (
                    <Pill color="blue" word="Condition" />
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
                <td className="nowrap">
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
  const query = membersQuery(group);
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
