// The plan of a rollout: its waves with who is in them and what opens the next, what stops it and what then happens, and when devices
// may change. Thresholds are written with their sign.
import { Link } from 'wouter';
import type { RolloutView } from '#contract/console-rollouts.ts';
import { clockTime } from '../words/age.ts';
import { groupsPath } from '../words/paths.ts';
import { partPath } from './rollout-filter.ts';
import {
  devicesInWords,
  gateInWords,
  limitsInWords,
  membersInWords,
  stopInWords,
  targetsInWords,
  windowInWords,
} from '../rollout-words.ts';
import { safeText } from '../words/safe-text.ts';
import { Since } from '../pieces/since.tsx';

export function RolloutPlanCard({ rollout }: { readonly rollout: RolloutView }) {
  return (
    <section aria-labelledby="rollout-plan">
      <h2 id="rollout-plan" className="section">
        Plan
      </h2>
      <div className="surface scroll">
        <table className="grid">
          <thead>
            <tr>
              <th scope="col">Wave</th>
              <th scope="col">Who is in it</th>
              <th scope="col">Opens the next</th>
              <th scope="col">Opened</th>
              <th scope="col" className="number">
                Devices
              </th>
              <th scope="col" className="number">
                Successful
              </th>
              <th scope="col" className="number">
                Failed
              </th>
              <th scope="col" className="number">
                Open
              </th>
              <th scope="col" className="number">
                Switched off
              </th>
            </tr>
          </thead>
          <tbody>
            {rollout.waves.map((wave, index) => (
              <WaveLine key={wave.name} rollout={rollout} index={index} />
            ))}
          </tbody>
        </table>
      </div>
      <PolicyFacts rollout={rollout} />
    </section>
  );
}

function WaveLine({ rollout, index }: { readonly rollout: RolloutView; readonly index: number }) {
  const wave = rollout.waves[index];
  const plan = rollout.policy.waves[index];
  if (wave === undefined || plan === undefined) return null;
  const isLast = index === rollout.waves.length - 1;
  const counts = [
    [null, wave.devices],
    ['done', wave.successes],
    ['failed', wave.failures],
    ['changing', wave.open],
    ['asleep', wave.asleep],
  ] as const;
  return (
    <tr data-wave={index + 1} aria-current={index === rollout.currentWave ? 'step' : undefined}>
      <td>
        <b>
          {index + 1}. {safeText(wave.name)}
        </b>
      </td>
      <td className="break">
        {isLast && plan.members.kind === 'rest' ? 'all that are left' : membersInWords(plan.members)}
      </td>
      <td>{isLast ? <span className="dimmed">it is the last</span> : gateInWords(plan.gate)}</td>
      <td>{wave.openedAtMs === null ? 'not yet' : <Since atMs={wave.openedAtMs} />}</td>
      {counts.map(([part, devices]) => (
        <td key={part ?? 'all'} className="number">
          {part === 'changing' ? (
            devices
          ) : (
            <Link href={partPath(rollout.deploymentId, { part, wave: index })} className="plain-link">
              {devices}
            </Link>
          )}
        </td>
      ))}
    </tr>
  );
}

function PolicyFacts({ rollout: { policy } }: { readonly rollout: RolloutView }) {
  return (
    <dl className="facts rollout-facts">
      <div>
        <dt>What stops it</dt>
        <dd data-stop>{stopInWords(policy.stop)}</dd>
      </div>
      <div>
        <dt>When devices may change</dt>
        <dd>
          {policy.startsAtMs !== null && <div>From {clockTime(policy.startsAtMs)} on</div>}
          {policy.windows.length === 0 ? 'At any time' : null}
          {policy.windows.map((window) => (
            <div key={windowInWords(window)}>{windowInWords(window)}</div>
          ))}
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
              The groups ({devicesInWords(policy.budgets.length).replace('device', 'group')})
            </Link>
          )}
        </dd>
      </div>
    </dl>
  );
}
