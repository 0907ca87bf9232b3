// What a device fetches right now, layer by layer, as its agent counts the bytes. A share is drawn only where the size is known.
import { Progress } from '@mantine/core';
import type { DeviceDownload } from '#contract/console-rows.ts';
import { bytesInWords, shareInWords } from '../words/bytes.ts';
import { safeText } from '../words/safe-text.ts';

export function DeviceDownloadView({ download }: { readonly download: DeviceDownload }) {
  const { layers } = download;
  return (
    <div className="surface tasks">
      <div className="task">
        <Amount name="All layers" {...download} />
      </div>
      {layers.length > 0 && (
        <div className="task">
          {layers.map((layer, index) => (
            // Names come from the device, and nothing keeps it from sending one twice.
            <Amount key={`${index} ${layer.id}`} name={`Layer ${safeText(layer.id)}`} {...layer} />
          ))}
        </div>
      )}
    </div>
  );
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
