// Who would get what by a rollback, and what would be made for it; told before anything is.
import type { RollbackPlan } from '#contract/console-rollbacks.ts';
import { devicesInWords } from '../rollout-words.ts';
import { safeText } from '../words/safe-text.ts';

const mostNamed = 8;

export function RollbackPlanView({ plan }: { readonly plan: RollbackPlan }) {
  return (
    <div aria-live="polite">
      {plan.problems.map(({ at, message }) => (
        <p key={at} className="field-problem">
          {safeText(message)}
        </p>
      ))}
      {plan.warnings.length > 0 && (
        <ul className="plan-warnings" aria-label="Warnings">
          {plan.warnings.map((warning) => (
            <li key={warning}>{safeText(warning)}</li>
          ))}
        </ul>
      )}
      {plan.groups.map(({ outcome, deploymentId, devices, deviceIds }) => (
        <div key={`${outcome} ${deploymentId}`} className="found" data-outcome={outcome}>
          <p>
            <b>{devicesInWords(devices)}</b>: {safeText(outcome)}
            {deploymentId !== null && <> (new deployment {safeText(deploymentId)})</>}
          </p>
          <p className="break">
            {deviceIds.slice(0, mostNamed).map(safeText).join(', ')}
            {devices > Math.min(mostNamed, deviceIds.length) &&
              ` and ${devices - Math.min(mostNamed, deviceIds.length)} more`}
          </p>
        </div>
      ))}
      {plan.deployments.length > 0 && (
        <p>
          It makes{' '}
          {plan.deployments
            .map(({ id, content, priority }) => `${safeText(id)} (${safeText(content)}, priority ${priority})`)
            .join('; ')}
          . It can be taken back like any other.
        </p>
      )}
    </div>
  );
}
