// What the hub says of a rollout before it starts: what is wrong, what a person should know, and rollouts that mean the same devices.
import { Link } from 'wouter';
import type { RolloutPlan } from '#contract/console-rollouts.ts';
import { rolloutPath } from '#renderer/words/paths.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import type { PolicyProblem } from './rollout-policy-draft.ts';

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
      {plan.rivals.length > 0 && <p id="rivals">Other rollouts mean some of these devices:</p>}
      {plan.rivals.length > 0 && (
        <ul className="plan-warnings" aria-labelledby="rivals">
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
