// What a file or folder holds: each image, its platforms, and how much of it is new here.
import type { FoundImage, ImageFileReport } from '#contract/console-image-rows.ts';
import { bytesInWords } from '#renderer/words/bytes.ts';
import { shortDigest } from '#renderer/words/image-words.ts';
import { safeText } from '#renderer/words/safe-text.ts';

const formats: Readonly<Record<ImageFileReport['format'], string>> = {
  'docker-archive': 'A file of docker save',
  'oci-archive': 'An OCI archive',
  'oci-layout': 'An OCI layout',
};

export function FoundImages({ report }: { readonly report: ImageFileReport }) {
  const { images, warnings } = report;
  return (
    <div className="found" role="status">
      <p>
        {formats[report.format]} with {images.length === 1 ? 'one image' : `${images.length} images`}:
      </p>
      <ul>
        {images.map((image, index) => (
          // The same image may stand in it twice.
          <li key={`${index} ${image.digest ?? ''}`}>
            <b className="break">{safeText(image.name ?? 'without a name')}</b>
            <div className="dimmed">{factsOf(image)}</div>
          </li>
        ))}
      </ul>
      {warnings.map((warning) => (
        <p key={warning} className="warning">
          {safeText(warning)}
        </p>
      ))}
    </div>
  );
}

function factsOf(image: FoundImage): string {
  const parts = [
    image.platforms.map(safeText).join(', '),
    bytesInWords(image.bytes),
    newWords(image),
    image.digest === null ? '' : shortDigest(image.digest),
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

function newWords({ newBytes }: FoundImage): string {
  if (newBytes === null) return '';
  return newBytes === 0 ? 'here already' : `${bytesInWords(newBytes)} new`;
}
