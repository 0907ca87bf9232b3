// The quality rings in the order in which a change comes to them: moved by buttons, by Alt and the arrows, or dragged.
import { NativeSelect } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconX } from '@tabler/icons-react';
import { type DragEvent, type KeyboardEvent, useState } from 'react';
import type { GroupRow } from '#contract/console-rollouts.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useAction } from '#renderer/link/use-action.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { movedRing, ringsOf } from '#renderer/words/group-words.ts';
import { safeText } from '#renderer/words/safe-text.ts';

export function RingList({ groups }: { readonly groups: readonly GroupRow[] }) {
  const client = useHub((state) => state.client);
  const action = useAction();
  const [dragged, setDragged] = useState<number | null>(null);
  const [said, setSaid] = useState('');
  const rings = ringsOf(groups);
  const others = groups.filter(({ ring }) => ring === null).map(({ id }) => id);

  const set = (ids: readonly string[], words: string) =>
    void action.run(async () => client?.setRings.mutate({ ids: [...ids] })).then((isDone) => isDone && setSaid(words));
  const move = (from: number, to: number) => {
    const next = movedRing(rings, from, to);
    if (next !== rings) set(next, `${safeText(rings[from] ?? '')} is ring ${to + 1} of ${rings.length}.`);
  };

  return (
    <section aria-labelledby="rings">
      <h2 id="rings" className="section">
        Rings <span className="dimmed">a change comes to the first one first</span>
      </h2>
      {rings.length === 0 && (
        <p className="dimmed">No group is a ring yet. With rings, a new rollout offers their order as its waves.</p>
      )}
      <ol className="rings">
        {rings.map((id, index) => (
          <li
            key={id}
            className="surface"
            draggable
            data-ring={id}
            data-dragged={dragged === index || undefined}
            onDragStart={() => setDragged(index)}
            onDragEnd={() => setDragged(null)}
            onDragOver={(event: DragEvent) => event.preventDefault()}
            onDrop={() => dragged !== null && move(dragged, index)}
            onKeyDown={(event: KeyboardEvent) => {
              const step = event.altKey ? { ArrowUp: -1, ArrowDown: 1 }[event.key] : undefined;
              if (step === undefined) return;
              event.preventDefault();
              move(index, index + step);
            }}
          >
            <b>{index + 1}</b>
            <span className="break">{safeText(id)}</span>
            <Act
              variant="subtle"
              aria-label={`Move ${safeText(id)} up`}
              disabled={index === 0}
              onClick={() => move(index, index - 1)}
            >
              <IconArrowUp size={18} aria-hidden />
            </Act>
            <Act
              variant="subtle"
              aria-label={`Move ${safeText(id)} down`}
              disabled={index === rings.length - 1}
              onClick={() => move(index, index + 1)}
            >
              <IconArrowDown size={18} aria-hidden />
            </Act>
            <Act
              variant="subtle"
              color="gray"
              aria-label={`${safeText(id)} is no ring any more`}
              onClick={() => set(rings.toSpliced(index, 1), `${safeText(id)} is no ring any more.`)}
            >
              <IconX size={18} aria-hidden />
            </Act>
          </li>
        ))}
      </ol>
      {others.length > 0 && (
        <NativeSelect
          label="Add a group as the last ring"
          size="md"
          w={300}
          value=""
          data={[{ value: '', label: '– choose –' }, ...others.map((id) => ({ value: id, label: safeText(id) }))]}
          onChange={(event) => {
            const id = event.currentTarget.value;
            if (id !== '') set([...rings, id], `${safeText(id)} is the last ring.`);
          }}
        />
      )}
      <p role="status" className="visually-hidden">
        {said}
      </p>
      {action.problem !== null && <ProblemView text={action.problem} where="Order of the rings" />}
    </section>
  );
}
