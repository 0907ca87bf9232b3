// A new rollout: what it brings, in which waves, what stops it, and when; planned by the hub as one types, so that problems stand at
// their field and the devices of each wave are named before anything starts.
import '#renderer/look/rollouts.css';
import { useMemo, useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import type { GroupRow, RolloutPlan, RolloutRequest } from '#contract/console-rollouts.ts';
import type { RolloutPolicy } from '#domain/rollouts/rollout-policy.ts';
import { useShortcuts } from '#renderer/keys/shortcuts.ts';
import { forgetDraft, useDeploymentDraft } from '#renderer/link/deployment-draft-store.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useProjection } from '#renderer/link/projection-store.ts';
import { useAction } from '#renderer/link/use-action.ts';
import { useAnswer } from '#renderer/link/use-answer.ts';
import { useCalm } from '#renderer/link/use-calm.ts';
import { useGroups } from '#renderer/link/use-groups.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { BackLink } from '#renderer/pieces/back-link.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { rolloutPath, rolloutsPath } from '#renderer/words/paths.ts';
import { devicesInWords } from '#renderer/words/rollout-words.ts';
import { PaceEditor } from './pace-editor.tsx';
import { LostDraft } from './lost-draft.tsx';
import { PlanAnswer } from './rollout-plan-answer.tsx';
import { firstPolicy, hasField, problemsElsewhere, wavePresets } from './rollout-policy-draft.ts';
import { FirstWavePreflight } from './rollout-preflight.tsx';
import { SourceFields } from './rollout-source-fields.tsx';
import { useRolloutSource } from './rollout-source.ts';
import { rolloutOnWire } from './rollout-wire.ts';
import { StopEditor } from './stop-editor.tsx';
import { WavesEditor } from './waves-editor.tsx';
import { WindowsEditor } from './windows-editor.tsx';

const planEveryMs = 400;

export function RolloutStartView() {
  const client = useHub((state) => state.client);
  const [, navigate] = useLocation();
  const isOfDraft = new URLSearchParams(useSearch()).has('draft');
  const forRollout = useDeploymentDraft((state) => state.forRollout);
  const written = isOfDraft ? forRollout : null;
  const source = useRolloutSource(written);
  const [policy, setPolicy] = useState<RolloutPolicy>(firstPolicy);
  const groups = useGroups();
  const action = useAction();
  const { deployment } = source;
  const request = useMemo(
    (): RolloutRequest | null => (deployment === null ? null : { deployment, policy }),
    [deployment, policy],
  );
  const { plan, problem, isCurrent } = usePlan(request);
  const why = whyNot({ request, plan, problem, isCurrent });

  const start = () =>
    void action.run(async () => {
      if (client === null || request === null) return;
      const { deploymentId } = await client.createRollout.mutate(rolloutOnWire(request));
      if (written !== null) forgetDraft();
      navigate(rolloutPath(deploymentId));
    });

  useShortcuts([
    { keys: 'Ctrl+Enter', word: 'Start the rollout', whileTyping: true, run: () => why === null && start() },
  ]);
  return (
    <>
      <BackLink path={rolloutsPath} word="Rollouts" />
      <div className="screen-head under-back">
        <h1>New rollout</h1>
      </div>
      <form className="rollout-form" onSubmit={(event) => event.preventDefault()}>
        <Part title="What it brings">
          {isOfDraft && written === null && <LostDraft />}
          <SourceFields source={source} written={written} />
        </Part>
        <PolicyParts policy={policy} groups={groups} plan={plan} onChange={setPolicy} />
        <Part title="Before it starts">
          {problem !== null && <ProblemView text={problem} where="Plan of the rollout" />}
          {plan !== undefined && <PlanAnswer plan={plan} elsewhere={problemsElsewhere(plan.problems, hasField)} />}
          {request !== null && plan !== undefined && (
            <FirstWavePreflight deployment={request.deployment} wave={plan.waves[0]} />
          )}
          {action.problem !== null && <ProblemView text={action.problem} where="Start of the rollout" />}
          <div className="rollout-acts">
            <Act onClick={start} loading={action.isBusy} disabled={why !== null}>
              Start the rollout
            </Act>
            <span role="status" data-why>
              {why ?? firstWords(plan)}
            </span>
          </div>
        </Part>
      </form>
    </>
  );
}

function PolicyParts(props: {
  readonly policy: RolloutPolicy;
  readonly groups: readonly GroupRow[];
  readonly plan: RolloutPlan | undefined;
  readonly onChange: (policy: RolloutPolicy) => void;
}) {
  const { policy, groups, plan, onChange } = props;
  const deployments = useProjection((state) => state.deployments);
  const earlier = useMemo(
    () =>
      [...deployments.values()]
        .filter(({ row }) => row.type === 'base' || row.type === 'layer')
        .map(({ row }) => row.id),
    [deployments],
  );
  const presets = useMemo(() => wavePresets(groups), [groups]);
  const problems = plan?.problems ?? [];
  const change = (part: Partial<RolloutPolicy>) => onChange({ ...policy, ...part });
  return (
    <>
      <Part title="Waves">
        <WavesEditor
          waves={policy.waves}
          groups={groups}
          presets={presets}
          problems={problems}
          planned={plan === undefined || plan.problems.length > 0 ? undefined : plan.waves}
          onChange={(waves) => change({ waves })}
        />
      </Part>
      <Part title="What stops it">
        <StopEditor stop={policy.stop} earlier={earlier} problems={problems} onChange={(stop) => change({ stop })} />
      </Part>
      <Part title="When devices may change">
        <WindowsEditor windows={policy.windows} problems={problems} onChange={(windows) => change({ windows })} />
      </Part>
      <Part title="How it goes on">
        <PaceEditor policy={policy} groups={groups} problems={problems} onChange={onChange} />
      </Part>
    </>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <section className="surface rollout-part" aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** As the hub says of what stands in the form now: asked anew while one types, a few times a second. */
function usePlan(request: RolloutRequest | null) {
  const client = useHub((state) => state.client);
  const calm = useCalm(request, planEveryMs);
  const ask = useMemo(
    () =>
      client === null || calm === null
        ? null
        : async () => ({ of: calm, plan: await client.planRollout.query(rolloutOnWire(calm)) }),
    [client, calm],
  );
  const { value, problem } = useAnswer(ask, null);
  const isCurrent = value?.of === request && request !== null;
  return { plan: request === null ? undefined : value?.plan, problem: request === null ? null : problem, isCurrent };
}

/** Why it cannot be started, as a sentence; null: it can. */
function whyNot(now: {
  readonly request: RolloutRequest | null;
  readonly plan: RolloutPlan | undefined;
  readonly problem: string | null;
  readonly isCurrent: boolean;
}): string | null {
  const { request, plan, problem, isCurrent } = now;
  if (request === null) return 'Choose what it brings first.';
  if (problem !== null) return 'It cannot be planned: mend what is said above.';
  if (plan === undefined || !isCurrent) return 'It is being planned …';
  const { problems, waves, isGrowing } = plan;
  if (problems.length > 0)
    return problems.length === 1
      ? 'One thing is to be mended first.'
      : `${problems.length} things are to be mended first.`;
  const devices = waves.reduce((sum, wave) => sum + wave.devices, 0);
  if (devices === 0 && !isGrowing) return 'No edge device matches its condition, and a fixed set would never have one.';
  return null;
}

function firstWords(plan: RolloutPlan | undefined): string {
  const [first] = plan?.waves ?? [];
  const all = plan?.waves.reduce((sum, wave) => sum + wave.devices, 0) ?? 0;
  return first === undefined ? '' : `It begins with ${devicesInWords(first.devices)} of ${all}: wave '${first.name}'.`;
}
