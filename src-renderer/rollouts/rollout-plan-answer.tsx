// What the hub says of a rollout before it starts: what is wrong, what a person should know, and rollouts that mean the same devices.
import { Link } from 'wouter';
import type { RolloutPlan } from '#contract/console-rollouts.ts';
import { rolloutPath } from '../words/paths.ts';
import type { PolicyProblem } from './rollout-policy-draft.ts';
import { safeText } from '../words/safe-text.ts';

export function PlanAnswer({
  plan,
  elsewhere,
}: {
  readonly plan: RolloutPlan;
  readonly elsewhere: readonly PolicyProblem[];
}) {
  return (
    <div aria-live="polite">
      {elsewhere.map(({ at, message }) => (
        <p key={at} className="field-problem">
          <span className="mono">{safeText(at)}</span>: {safeText(message)}
        </p>
      ))}
      {plan.warnings.length > 0 && (
        <ul className="plan-warnings" aria-label="Warnings">
          {plan.warnings.map((warning) => (
            <li key={warning}>{safeText(warning)}</li>
          ))}
        </ul>
      )}
      {plan.rivals.length > 0 && (
        <ul className="plan-warnings" aria-label="Other rollouts of these devices">
          {plan.rivals.map(({ deploymentId, explanation }) => (
            <li key={deploymentId}>
              <Link href={rolloutPath(deploymentId)} className="plain-link">
                {safeText(deploymentId)}
              </Link>
              : {safeText(explanation)}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
