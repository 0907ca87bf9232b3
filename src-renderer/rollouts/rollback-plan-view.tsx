// Who would get what by a rollback, and what would be made for it; told before anything is.
import type { RollbackPlan } from '#contract/console-rollbacks.ts';
import { devicesInWords, namesInWords } from '#renderer/words/rollout-words.ts';
import { safeText } from '#renderer/words/safe-text.ts';

const mostNamed = 8;

/** `isOrder`: the rollout itself goes back, so that nothing is made for it. */
export function RollbackPlanView({
  plan,
  isOrder = false,
}: {
  readonly plan: RollbackPlan;
  readonly isOrder?: boolean;
}) {
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
            {deploymentId !== null && !isOrder && <> (new deployment {safeText(deploymentId)})</>}
          </p>
          <p className="break">{namesInWords(deviceIds.map(safeText), { of: devices, most: mostNamed })}</p>
        </div>
      ))}
      {plan.deployments.length > 0 && !isOrder && (
        <p>
          It makes{' '}
          {plan.deployments
            .map(({ id, content, priority }) => `${safeText(id)} (${safeText(content)}, priority ${priority})`)
            .join('; ')}
          . It can be rolled back like any other.
        </p>
      )}
    </div>
  );
}
