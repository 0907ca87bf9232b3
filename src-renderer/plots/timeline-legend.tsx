// The patterns that tell states apart without colour, and what each of them means.
import { useId } from 'react';
import type { TimelineLane, TimelineLook } from './timeline-layout.ts';

/** Drawn over the bars, so that states differ in grey as well. */
export function Patterns({ prefix }: { readonly prefix: string }) {
  return (
    <defs>
      <pattern id={`${prefix}-busy`} width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="3" height="8" />
      </pattern>
      <pattern id={`${prefix}-bad`} width="6" height="6" patternUnits="userSpaceOnUse">
        <path d="M0 0 L6 6 M6 0 L0 6" />
      </pattern>
      <pattern id={`${prefix}-away`} width="7" height="7" patternUnits="userSpaceOnUse">
        <circle cx="2" cy="2" r="1.2" />
      </pattern>
      <pattern id={`${prefix}-off`} width="6" height="6" patternUnits="userSpaceOnUse">
        <rect width="6" height="1.5" />
      </pattern>
      <pattern id={`${prefix}-good`} width="1" height="1" patternUnits="userSpaceOnUse" />
      <pattern id={`${prefix}-unknown`} width="1" height="1" patternUnits="userSpaceOnUse" />
    </defs>
  );
}

const legendWords: Readonly<Record<TimelineLook, string>> = {
  good: 'As it should be',
  busy: 'On its way',
  bad: 'Failed',
  away: 'Not connected',
  off: 'Stopped',
  unknown: 'Nobody could tell',
};

export function Legend({ lanes }: { readonly lanes: readonly TimelineLane[] }) {
  const prefix = useId();
  const seen = new Set(lanes.flatMap(({ segments }) => segments.map(({ look }) => look)));
  const looks = (Object.keys(legendWords) as TimelineLook[]).filter((look) => seen.has(look));
  return (
    <ul className="timeline-legend" aria-label="What the patterns mean">
      {looks.map((look) => (
        <li key={look} className={`state-${look}`}>
          <svg width="26" height="14" aria-hidden>
            <Patterns prefix={prefix} />
            <rect className="bar" x="0.5" y="0.5" width="25" height="13" rx="3" />
            <rect className="veil" fill={`url(#${prefix}-${look})`} width="26" height="14" />
          </svg>
          {legendWords[look]}
        </li>
      ))}
    </ul>
  );
}
