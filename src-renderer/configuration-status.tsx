// What the agent said of its last configuration, in words, and whether that is the one it was sent last.
import type { DeviceDetail } from '#contract/console-rows.ts';
import { safeText } from './safe-text.ts';
import { StatusMark } from './status-mark.tsx';
import { refusedWords, runtimeCodeWords } from './status-words.ts';

export function ConfigurationStatus({ detail }: { readonly detail: DeviceDetail }) {
  return (
    <>
      {detail.refusal !== null && (
        <>
          <StatusMark words={refusedWords} />
          <div className="mono">{safeText(detail.refusal)}</div>
          <div className="dimmed">It keeps what it has.</div>
        </>
      )}
      <AgentAnswer detail={detail} />
    </>
  );
}

function AgentAnswer({ detail }: { readonly detail: DeviceDetail }) {
  const { lastDesiredStatus: status, desiredVersion, reportedVersion } = detail;
  if (!detail.isEdge) return <span className="dimmed">Takes no deployments: it is no edge device.</span>;
  if (status === null) return <span className="dimmed">The agent has not reported on one yet.</span>;
  const words = runtimeCodeWords(status.code);
  return (
    <>
      <StatusMark words={words} />
      <div>{words.meaning}</div>
      {status.code !== 200 && status.description !== '' && <div className="mono">{safeText(status.description)}</div>}
      {words.nextStep !== null && <div className="dimmed">{words.nextStep}</div>}
      {reportedVersion !== desiredVersion && (
        <div className="dimmed">
          That is about version {reportedVersion ?? '–'}; version {desiredVersion} is on its way.
        </div>
      )}
    </>
  );
}
