// The plan of a rollout: its waves, what stops it and what then happens, and when devices may change. Thresholds are written with
// their sign, and beside each how far it is.
import { Link } from 'wouter';
import type { RolloutCell } from '#contract/console-rollout-sights.ts';
import type { RolloutView } from '#contract/console-rollouts.ts';
import { isWindowOpen } from '#domain/rollouts/maintenance-window.ts';
import { nextOpeningText, timeText } from '#domain/rollouts/rollout-times.ts';
import { useView } from '#renderer/link/view-store.ts';
import { groupsPath } from '#renderer/words/paths.ts';
import {
  limitsInWords,
  stopInWords,
  targetsInWords,
  triedInWords,
  windowInWords,
} from '#renderer/words/rollout-policy-words.ts';
import { WaveLines } from './rollout-wave-lines.tsx';

const minuteMs = 60_000;
const onItsWay: ReadonlySet<string> = new Set(['pending', 'in-progress', 'paused']);

export function RolloutPlanCard({
  rollout,
  cells,
}: {
  readonly rollout: RolloutView;
  readonly cells: readonly RolloutCell[];
}) {
  return (
    <section aria-labelledby="rollout-plan">
      <h2 id="rollout-plan" className="section">
        Plan
      </h2>
      <WaveLines rollout={rollout} cells={cells} />
      <PolicyFacts rollout={rollout} />
    </section>
  );
}

function PolicyFacts({ rollout }: { readonly rollout: RolloutView }) {
  const { policy, status, counts } = rollout;
  return (
    <dl className="facts rollout-facts">
      <div>
        <dt>What stops it</dt>
        <dd data-stop>
          <div>{stopInWords(policy.stop)}</div>
          {policy.stop !== null && onItsWay.has(status) && <div>{triedInWords(counts)}</div>}
        </dd>
      </div>
      <div>
        <dt>When devices may change</dt>
        <dd>
          {policy.startsAtMs !== null && <div>From {timeText(policy.startsAtMs, policy)} on</div>}
          {policy.windows.length === 0 ? 'At any time' : null}
          {policy.windows.map((window) => (
            <div key={windowInWords(window)}>{windowInWords(window)}</div>
          ))}
          {policy.windows.length > 0 && <WindowsNow rollout={rollout} />}
        </dd>
      </div>
      <div>
        <dt>Devices</dt>
        <dd>{targetsInWords(policy)}</dd>
      </div>
      <div>
        <dt>How it goes on</dt>
        <dd>
          {limitsInWords(policy).map((line) => (
            <div key={line}>{line}</div>
          ))}
          {policy.budgets.length > 0 && (
            <Link href={groupsPath} className="plain-link">
              Groups and rings
            </Link>
          )}
        </dd>
      </div>
    </dl>
  );
}

/** Looked at anew each minute, which is as fine as windows are. */
function WindowsNow({ rollout: { policy, isHurried } }: { readonly rollout: RolloutView }) {
  const minute = useView(({ nowMs }) => Math.floor(nowMs / minuteMs));
  if (isHurried) return <div>Hurried: they hold nobody back.</div>;
  const isOpen = isWindowOpen(policy.windows, minute * minuteMs);
  return <div>{isOpen ? 'One is open now.' : `None is open now: ${nextOpeningText(policy, minute * minuteMs)}.`}</div>;
}
