// What the custom metrics of a deployment count, in the list: how old that is once it is no longer new, and why it could not be had.
import { useCustomMetrics } from '#renderer/link/use-custom-metrics.ts';
import { useView } from '#renderer/link/view-store.ts';
import { agoInWords } from '#renderer/words/age.ts';
import { safeText } from '#renderer/words/safe-text.ts';

// They are counted again every ten seconds: what is older than two of them is old.
const oldAfterMs = 25_000;

export function DeploymentMetrics({ id }: { readonly id: string }) {
  const counted = useCustomMetrics(id);
  if (counted === undefined) return null;
  const { metrics, countedAtMs, problem } = counted;
  return (
    <>
      {metrics.length > 0 && (
        <ul className="deployment-metrics" aria-label="Custom metrics">
          {metrics.map(({ name, count }) => (
            <li key={name}>
              {safeText(name)}: <b>{count ?? 'not counted'}</b>
            </li>
          ))}
          {countedAtMs !== null && <OldSince atMs={countedAtMs} />}
        </ul>
      )}
      {problem !== null && <p className="metrics-problem">Its custom metrics could not be counted: {problem}</p>}
    </>
  );
}

function OldSince({ atMs }: { readonly atMs: number }) {
  const words = useView(({ nowMs }) => (nowMs - atMs < oldAfterMs ? null : agoInWords(nowMs - atMs)));
  return words === null ? null : <li className="dimmed">counted {words}</li>;
}
