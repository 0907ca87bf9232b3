// The waves of a rollout as a table: who is in each, by name before it begins, what opens the next, and how its devices stand. The
// columns are the words of the whole, so that each row adds up to its devices.
import { useMemo } from 'react';
import type { RolloutCell } from '#contract/console-rollout-sights.ts';
import type { RolloutView } from '#contract/console-rollouts.ts';
import { Since } from '#renderer/pieces/since.tsx';
import { gateInWords, membersInWords } from '#renderer/words/rollout-policy-words.ts';
import { partCount } from '#renderer/words/rollout-tally-words.ts';
import { namesInWords, partWords, type RolloutPart, rolloutParts } from '#renderer/words/rollout-words.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { CountLink } from './count-link.tsx';

const mostNamed = 4;

type Wave = RolloutView['waves'][number];

export function WaveLines({
  rollout,
  cells,
}: {
  readonly rollout: RolloutView;
  readonly cells: readonly RolloutCell[];
}) {
  const named = useMemo(() => firstOfWaves(cells), [cells]);
  const parts = rolloutParts.filter(
    (part) => part === 'done' || part === 'failed' || rollout.waves.some((wave) => countOf(wave, part) > 0),
  );
  return (
    <div className="surface scroll" tabIndex={0} role="region" aria-label="Waves of the rollout">
      <table className="grid rollout-waves">
        <thead>
          <tr>
            <th scope="col">Wave</th>
            <th scope="col">Who is in it</th>
            <th scope="col">Opens the next</th>
            <th scope="col" className="number">
              All
            </th>
            {parts.map((part) => (
              <th key={part} scope="col" className="number" title={partWords[part].meaning}>
                {partWords[part].word}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rollout.waves.map((wave, index) => (
            <WaveLine key={wave.name} {...{ rollout, wave, index, parts }} named={named.get(index) ?? []} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function WaveLine(props: {
  readonly rollout: RolloutView;
  readonly wave: Wave;
  readonly index: number;
  readonly parts: readonly RolloutPart[];
  readonly named: readonly string[];
}) {
  const { rollout, wave, index, named } = props;
  const plan = rollout.policy.waves[index];
  if (plan === undefined) return null;
  const isLast = index === rollout.waves.length - 1;
  return (
    <tr data-wave={index + 1} aria-current={index === rollout.currentWave ? 'step' : undefined}>
      <td>
        <b className="break">
          {index + 1}. {safeText(wave.name)}
        </b>
        <div className="rollout-small">
          {wave.openedAtMs === null ? (
            'not open yet'
          ) : (
            <>
              opened <Since atMs={wave.openedAtMs} />
            </>
          )}
        </div>
      </td>
      <td className="break">
        {isLast && plan.members.kind === 'rest' ? 'all that are left' : membersInWords(plan.members)}
        {named.length > 0 && (
          <div className="rollout-small">
            {namesInWords(named.map(safeText), { of: wave.devices, most: mostNamed })}
          </div>
        )}
      </td>
      <td>{isLast ? <span className="dimmed">it is the last</span> : gateInWords(plan.gate)}</td>
      {([null, ...props.parts] as const).map((part) => (
        <td key={part ?? 'all'} className="number">
          <CountLink deploymentId={rollout.deploymentId} filter={{ part, wave: index }}>
            {part === null ? wave.devices : countOf(wave, part)}
          </CountLink>
        </td>
      ))}
    </tr>
  );
}

function countOf(wave: Wave, part: RolloutPart): number {
  return part === 'asleep' ? wave.asleep : partCount(wave.counts, part);
}

function firstOfWaves(cells: readonly RolloutCell[]): ReadonlyMap<number, readonly string[]> {
  const first = new Map<number, string[]>();
  for (const { wave, deviceId } of cells) {
    if (wave === null) continue;
    const own = first.get(wave) ?? [];
    first.set(wave, own);
    if (own.length < mostNamed) own.push(deviceId);
  }
  return first;
}
