// One device at two moments: what changed in sentences, what it held side by side with what is alike folded away, and the same as a list.
import { NativeSelect } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { Json } from '#base/json.ts';
import type { DeviceMoment, DeviceMoments, SectionChanges } from '#contract/console-history.ts';
import { JsonDiff } from '#renderer/editors/json-diff.tsx';
import { EmptyView } from '#renderer/pieces/empty-view.tsx';
import { clockTime } from '#renderer/words/age.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { deviceChanges, sectionTitle } from './compared-words.ts';
import { TwoColumns } from './two-columns.tsx';

export function ComparedDevice({ moments }: { readonly moments: DeviceMoments }) {
  const { first, second, sections } = moments;
  const changes = deviceChanges(moments);
  if (changes.length === 0)
    return (
      <EmptyView title="Nothing changed">
        {first.exists
          ? `At both moments it was the same: ${standing(first)}, with the same tags, desired and reported values.`
          : 'The device was there at neither of the two moments.'}
      </EmptyView>
    );
  const count = sections.reduce((sum, section) => sum + section.count, 0);
  const at = [first.atMs, second.atMs] as const;
  return (
    <>
      <section aria-label="What changed">
        <h2>What changed</h2>
        <ul className="history-changes">
          {changes.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
        {first.isConnected === second.isConnected && first.revision === second.revision && first.exists && (
          <p className="dimmed">At both moments it was {standing(first)}.</p>
        )}
      </section>
      {sections.length > 0 && <Panes sections={sections} at={at} />}
      {sections.length > 0 && (
        <details className="history-list">
          <summary>
            The same as a list, {count} {count === 1 ? 'difference' : 'differences'}
          </summary>
          {sections.map((section) => (
            <Section key={`${section.section} ${section.moduleId}`} section={section} at={at} />
          ))}
        </details>
      )}
    </>
  );
}

function standing({ isConnected, revision }: DeviceMoment): string {
  const link = isConnected === null ? 'not known to be connected' : isConnected ? 'connected' : 'not connected';
  return `${link}, at ${revision === null ? 'no revision' : `revision ${revision}`}`;
}

interface SectionsProps {
  readonly sections: readonly SectionChanges[];
  readonly at: readonly [number, number];
}

const everything = 'all';

function Panes({ sections, at }: SectionsProps) {
  const [chosen, setChosen] = useState(everything);
  const offered = sections.filter(({ documents }) => documents !== null);
  // Another device or time may not have the section that was looked at.
  const shown = offered.some((section) => sectionTitle(section) === chosen) ? chosen : everything;
  const texts = useMemo(() => textsOf(sections, shown), [sections, shown]);
  const left = sections.length - offered.length;
  return (
    <section aria-label="Side by side">
      {offered.length > 1 && (
        <NativeSelect
          label="Side by side"
          className="history-section"
          value={shown}
          data={[
            { value: everything, label: 'all that changed' },
            ...offered.map((section) => ({ value: sectionTitle(section), label: sectionTitle(section) })),
          ]}
          onChange={(event) => setChosen(event.currentTarget.value)}
        />
      )}
      {texts !== null && (
        <JsonDiff
          className="history-diff"
          before={texts.before}
          after={texts.after}
          beforeTitle={clockTime(at[0])}
          afterTitle={clockTime(at[1])}
        />
      )}
      {left > 0 && (
        <p className="dimmed">
          {left} {left === 1 ? 'section is' : 'sections are'} too large to stand side by side: see the list below.
        </p>
      )}
    </section>
  );
}

/** One document of all, so that the way from change to change goes through every section; of a single one, its content alone. */
function textsOf(all: readonly SectionChanges[], shown: string) {
  const sections = all.filter(
    (section) => section.documents !== null && (shown === everything || sectionTitle(section) === shown),
  );
  const [only, second] = sections;
  if (only === undefined) return null;
  if (second === undefined) return { before: textOf(only.documents?.first), after: textOf(only.documents?.second) };
  const of = (pick: 'first' | 'second') =>
    textOf(Object.fromEntries(sections.map((section) => [sectionTitle(section), section.documents?.[pick] ?? null])));
  return { before: of('first'), after: of('second') };
}

function textOf(value: Json | undefined): string {
  return JSON.stringify(value ?? null, null, 2);
}

function Section({ section, at }: { readonly section: SectionChanges; readonly at: readonly [number, number] }) {
  const title = sectionTitle(section);
  const rest = section.count - section.changes.length;
  return (
    <section>
      <h3>
        {title}: {section.count} {section.count === 1 ? 'difference' : 'differences'}
      </h3>
      <TwoColumns
        label={title}
        at={at}
        rows={section.changes.map(({ path, before, after }) => [
          path.map(safeText).join(' › ') || 'all of it',
          valueText(before),
          valueText(after),
        ])}
      />
      {rest > 0 && <p className="dimmed">And {rest} more.</p>}
    </section>
  );
}

/** A value as JSON; `—` where there is none. */
function valueText(value: Json | undefined): string {
  return value === undefined ? '—' : safeText(JSON.stringify(value));
}
