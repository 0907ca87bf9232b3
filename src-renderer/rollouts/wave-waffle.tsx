// The devices of a rollout as one square each, wave by wave: shape and colour say how each stands. One place for the keyboard: the
// arrows move a cursor over all waves, a line of text says what is under it, Enter or a click opens the device.
import { type KeyboardEvent, useCallback, useId, useMemo, useState } from 'react';
import type { RolloutCell } from '#contract/console-rollout-sights.ts';
import type { RolloutView } from '#contract/console-rollouts.ts';
import { mostCells } from '#renderer/link/use-rollout.ts';
import { useWidth } from '#renderer/pieces/use-width.ts';
import { WaffleCanvas } from '#renderer/plots/waffle-canvas.tsx';
import { asleepGlyph, type Glyph, glyphOf, glyphs } from '#renderer/plots/waffle-glyphs.ts';
import { waffleGrid, waffleStep } from '#renderer/plots/waffle-layout.ts';
import { devicesInWords, standings, standingWords } from '#renderer/words/rollout-words.ts';
import { safeText } from '#renderer/words/safe-text.ts';

interface WaveCells {
  readonly wave: number | null;
  readonly name: string;
  readonly cells: readonly RolloutCell[];
}

export function WaveWaffle(props: {
  readonly rollout: RolloutView;
  readonly cells: readonly RolloutCell[];
  readonly onOpen: (deviceId: string) => void;
}) {
  const { rollout, cells, onOpen } = props;
  const readOutId = useId();
  const [box, width] = useWidth();
  const [cursor, setCursor] = useState<string | null>(null);
  const names = useMemo(() => rollout.policy.waves.map(({ name }) => name), [rollout.policy]);
  const waves = useMemo(() => byWave(cells, names), [cells, names]);
  const ordered = useMemo(() => waves.flatMap((wave) => wave.cells), [waves]);
  const at = Math.max(0, cursor === null ? 0 : ordered.findIndex(({ deviceId }) => deviceId === cursor));
  const grid = waffleGrid(cells.length, width);
  const open = useCallback(
    (deviceId: string) => {
      setCursor(deviceId);
      onOpen(deviceId);
    },
    [onOpen],
  );
  if (cells.length === 0) return null;

  function onKeyDown(event: KeyboardEvent): void {
    const under = ordered[at];
    if (under === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === 'Enter') open(under.deviceId);
    else {
      const to = waffleStep(event.key, at, ordered.length, grid);
      if (to === null) return;
      setCursor(ordered[to]?.deviceId ?? null);
    }
    event.preventDefault();
  }

  const under = ordered[at];
  return (
    <section aria-labelledby="rollout-waffle">
      <h2 id="rollout-waffle" className="section">
        Devices <span className="dimmed">one square each, wave by wave</span>
      </h2>
      <div className="surface waffle">
        <Legend cells={cells} />
        <div
          ref={box}
          className="waffle-field"
          role="application"
          aria-roledescription="picture of devices"
          aria-label={`${devicesInWords(cells.length)}: arrows move, Enter opens`}
          aria-describedby={readOutId}
          tabIndex={0}
          onKeyDown={onKeyDown}
        >
          {waves.map((wave) => (
            <div key={wave.wave ?? 'none'} className="waffle-wave">
              <div className="waffle-name">{wave.name}</div>
              <WaffleCanvas
                cells={wave.cells}
                grid={grid}
                width={width}
                cursor={under?.deviceId ?? null}
                onPick={open}
              />
            </div>
          ))}
        </div>
        <p id={readOutId} className="waffle-read" aria-live="polite">
          {under === undefined ? '' : cellInWords(under, rollout)}
        </p>
        {cells.length >= mostCells && (
          <p className="dimmed">The first {mostCells} devices by id are drawn; the numbers above are of all.</p>
        )}
      </div>
    </section>
  );
}

function byWave(cells: readonly RolloutCell[], names: readonly string[]): readonly WaveCells[] {
  const kept = new Map<number | null, RolloutCell[]>();
  for (const cell of cells) {
    const own = kept.get(cell.wave) ?? [];
    kept.set(cell.wave, own);
    own.push(cell);
  }
  return [...kept]
    .sort(([left], [right]) => (left ?? Infinity) - (right ?? Infinity))
    .map(([wave, own]) => {
      const name = wave === null ? 'In no wave' : `Wave ${wave + 1}: ${safeText(names[wave] ?? '')}`;
      return { wave, name: `${name} · ${devicesInWords(own.length)}`, cells: own };
    });
}

function cellInWords({ deviceId, standing, isAwake, wave, attempt }: RolloutCell, { policy }: RolloutView): string {
  const place = wave === null ? 'in no wave' : `wave ${wave + 1} (${safeText(policy.waves[wave]?.name ?? '')})`;
  const tries = attempt === 0 ? 'no attempt yet' : `attempt ${attempt}`;
  const parts = [standingWords[standing].word, place, tries, ...(isAwake ? [] : ['switched off'])];
  return `${safeText(deviceId)}: ${parts.join(', ')}`;
}

/** Only what is in the picture. */
function Legend({ cells }: { readonly cells: readonly RolloutCell[] }) {
  const shown = useMemo(
    () => new Set(cells.map((cell) => (glyphOf(cell) === asleepGlyph ? null : cell.standing))),
    [cells],
  );
  return (
    <ul className="waffle-legend" aria-label="What the squares mean">
      {standings
        .filter((standing) => shown.has(standing))
        .map((standing) => (
          <li key={standing}>
            <GlyphMark glyph={glyphs[standing]} /> {standingWords[standing].word}
          </li>
        ))}
      {shown.has(null) && (
        <li>
          <GlyphMark glyph={asleepGlyph} /> Switched off, waits
        </li>
      )}
    </ul>
  );
}

function GlyphMark({ glyph }: { readonly glyph: Glyph }) {
  const color = `var(--mantine-color-${glyph.color}-text)`;
  return (
    <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden>
      {glyph.fill !== undefined && <path d={glyph.fill} fill={color} />}
      {glyph.cut !== undefined && <path d={glyph.cut} fill="var(--house-surface)" />}
      {glyph.stroke !== undefined && <path d={glyph.stroke} fill="none" stroke={color} strokeWidth="1.5" />}
    </svg>
  );
}
