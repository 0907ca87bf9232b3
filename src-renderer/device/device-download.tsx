// What a device is at, step by step with the time in it, and what it fetches right now: layer by layer, under the modules that wait
// for them, as its agent counts the bytes. A share is drawn only where the size is known.
import { Progress } from '@mantine/core';
import { IconCheck, IconCircle, IconProgress } from '@tabler/icons-react';
import type { DeviceAttempt, DeviceDownload, DownloadLayer } from '#contract/console-rows.ts';
import { Since } from '#renderer/pieces/since.tsx';
import { bytesInWords, shareInWords } from '#renderer/words/bytes.ts';
import { safeText } from '#renderer/words/safe-text.ts';

const steps = [
  { key: 'downloading', word: 'Download' },
  { key: 'installing', word: 'Install' },
  { key: 'verifying', word: 'Verify' },
] as const;

const meanings: Readonly<Record<DeviceAttempt['step'], string>> = {
  downloading: 'It fetches what is not there yet; what runs goes on meanwhile, unless a module says otherwise.',
  held: 'All is ready. Somebody on the device holds the switch: it goes on when that ends.',
  installing: 'It changes its containers to what is wanted.',
  verifying: 'Everything was changed; it is kept only if it runs well for a while.',
};

export function AttemptSteps({ attempt }: { readonly attempt: DeviceAttempt }) {
  // What is held has all it needs, and has changed nothing.
  const at = steps.findIndex(({ key }) => key === (attempt.step === 'held' ? 'installing' : attempt.step));
  return (
    <div className="attempt-steps">
      <ol>
        {steps.map(({ key, word }, index) => (
          <li
            key={key}
            className={index === at ? 'attempt-now' : undefined}
            aria-current={index === at ? 'step' : undefined}
          >
            <StepIcon place={Math.sign(index - at)} />
            <span>
              {word}
              {index < at && <span className="dimmed"> · done</span>}
              {index === at && attempt.step === 'held' && ' · held'}
              {index === at && attempt.sinceMs !== null && (
                <span className="dimmed">
                  {' '}
                  · begun <Since atMs={attempt.sinceMs} />
                </span>
              )}
            </span>
          </li>
        ))}
      </ol>
      <p className="dimmed">{meanings[attempt.step]}</p>
    </div>
  );
}

/** -1: done, 0: at it, 1: still to come. */
function StepIcon({ place }: { readonly place: number }) {
  const Icon = place < 0 ? IconCheck : place === 0 ? IconProgress : IconCircle;
  return <Icon size={18} aria-hidden />;
}

export function DeviceDownloadView({ download }: { readonly download: DeviceDownload }) {
  return (
    <div className="surface tasks">
      <div className="task">
        <Amount name="All of it" {...download} />
      </div>
      {byImage(download.layers).map(({ image, modules, layers }) => (
        <div key={image ?? ''} className="task">
          {image !== null && (
            <p className="download-image">
              <strong>{modules.length === 0 ? 'No module' : modules.map((name) => safeText(name)).join(', ')}</strong>{' '}
              <span className="mono">{safeText(image)}</span>
            </p>
          )}
          {layers.map((layer, index) => (
            // Names come from the device, and nothing keeps it from sending one twice.
            <Amount key={`${index} ${layer.id}`} name={`Layer ${safeText(layer.id)}`} {...layer} />
          ))}
        </div>
      ))}
    </div>
  );
}

/** In the order in which they came; those of older agents, which do not tell, last. */
function byImage(layers: readonly DownloadLayer[]) {
  const images = [...new Set(layers.map(({ image }) => image))].toSorted(
    (left, right) => Number(left === null) - Number(right === null),
  );
  return images.map((image) => {
    const own = layers.filter((layer) => layer.image === image);
    return { image, modules: own[0]?.modules ?? [], layers: own };
  });
}

/** For the table of modules: `fetching 2 layers, 1.2 MB of them so far`; null: nothing of it is under way. */
export function fetchingInWords(download: DeviceDownload | null, module: string): string | null {
  const own = (download?.layers ?? []).filter(({ modules }) => modules.includes(module));
  if (own.length === 0) return null;
  const bytes = own.reduce((sum, { doneBytes }) => sum + doneBytes, 0);
  return `fetching ${own.length === 1 ? '1 layer' : `${own.length} layers`}, ${bytesInWords(bytes)} of ${own.length === 1 ? 'it' : 'them'} so far`;
}

function Amount(props: { readonly name: string; readonly doneBytes: number; readonly totalBytes: number | null }) {
  const { name, doneBytes, totalBytes } = props;
  return (
    <div className="amount">
      <span className="amount-name">{name}</span>
      {totalBytes === null ? (
        <span className="amount-bar dimmed">its size is not known yet</span>
      ) : (
        <Progress.Root size={10} radius="xl" className="amount-bar">
          <Progress.Section
            value={Math.min(100, (doneBytes / totalBytes) * 100)}
            aria-label={name}
            aria-valuetext={`${bytesInWords(doneBytes)} of ${bytesInWords(totalBytes)}`}
          />
        </Progress.Root>
      )}
      <span className="amount-figures">
        {bytesInWords(doneBytes)}
        {totalBytes !== null && ` of ${bytesInWords(totalBytes)} · ${shareInWords(doneBytes, totalBytes)}`}
      </span>
    </div>
  );
}
