// One of the revisions of a device, told by its number, its moment and its base.
import { NativeSelect } from '@mantine/core';
import type { RevisionRow } from '#contract/effective-view.ts';
import { clockTime } from '#renderer/words/age.ts';
import { safeText } from '#renderer/words/safe-text.ts';

export function RevisionSelect(props: {
  readonly label: string;
  readonly revisions: readonly RevisionRow[];
  readonly value: number | null;
  /** What is chosen with none of them. */
  readonly none: string;
  readonly onChoose: (revision: number | null) => void;
}) {
  return (
    <NativeSelect
      label={props.label}
      size="md"
      value={props.value === null ? '' : String(props.value)}
      data={[
        { value: '', label: props.none },
        ...props.revisions.map(({ revision, atMs, base }) => ({
          value: String(revision),
          label: `${revision} · ${clockTime(atMs)} · ${base === null ? 'no base' : safeText(base)}`,
        })),
      ]}
      onChange={(event) => props.onChoose(event.currentTarget.value === '' ? null : Number(event.currentTarget.value))}
    />
  );
}
