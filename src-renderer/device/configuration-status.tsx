// What the agent said of its last configuration, in words, and whether that is the one it was sent last.
import { Link } from 'wouter';
import type { DeviceDetail } from '#contract/console-rows.ts';
import { StatusMark } from '#renderer/pieces/status-mark.tsx';
import { exitCodeIn, exitCodeWords } from '#renderer/words/exit-code-words.ts';
import { conditionOfDevice, deploymentForPath } from '#renderer/words/paths.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { refusedWords, runtimeCodeWords } from '#renderer/words/status-words.ts';

/** The agent's code for a configuration that is empty. */
const nothingGiven = 417;
/** Its own reason says more than any word of ours. */
const agentFailed = 500;

export function ConfigurationStatus({ detail }: { readonly detail: DeviceDetail }) {
  return (
    <>
      {detail.refusal !== null && (
        <>
          <StatusMark words={refusedWords} />
          <div className="agent-reason">{safeText(detail.refusal)}</div>
          <div className="dimmed">It keeps what it has.</div>
        </>
      )}
      <AgentAnswer detail={detail} />
    </>
  );
}

function NoBase({ detail }: { readonly detail: DeviceDetail }) {
  return (
    <>
      No base deployment matches it yet.{' '}
      <Link
        href={deploymentForPath(conditionOfDevice(detail.row.deviceId), { template: 'base' })}
        className="plain-link"
      >
        Write one for it
      </Link>
    </>
  );
}

function AgentAnswer({ detail }: { readonly detail: DeviceDetail }) {
  const { lastDesiredStatus: status, desiredVersion, reportedVersion } = detail;
  if (!detail.isEdge) return <span className="dimmed">Takes no deployments: it is no edge device.</span>;
  // What an agent says of nothing to do is no failure, and says no more than that no base is there.
  if (detail.base === null && (status === null || status.code === nothingGiven)) return <NoBase detail={detail} />;
  if (status === null) return <span className="dimmed">The agent has not reported on one yet.</span>;
  const words = runtimeCodeWords(status.code);
  const exitCode = exitCodeIn(status.description);
  const isReason = status.code !== 200 && status.code !== nothingGiven && status.description !== '';
  return (
    <>
      <StatusMark words={words} />
      <div>{words.meaning}</div>
      {isReason && <div className="agent-reason">{safeText(status.description)}</div>}
      {isReason && exitCode !== null && (
        <div className="dimmed">
          Code {exitCode}: {exitCodeWords(exitCode)?.word}.
        </div>
      )}
      {words.nextStep !== null && !(isReason && status.code === agentFailed) && (
        <div className="dimmed">{words.nextStep}</div>
      )}
      {reportedVersion !== desiredVersion && (
        <div className="dimmed">
          That is about version {reportedVersion ?? '–'}; version {desiredVersion} is on its way.
        </div>
      )}
    </>
  );
}
