// What an image is made of, for each platform, and what else speaks of it: signatures, lists of contents.
import type { ImagePlatformRow, ImageReferrerRow } from '#contract/console-image-rows.ts';
import { StatusMark } from '#renderer/pieces/status-mark.tsx';
import { bytesInWords } from '#renderer/words/bytes.ts';
import { shortDigest, soundnessWords } from '#renderer/words/image-words.ts';
import { safeText } from '#renderer/words/safe-text.ts';

export function ImageLayers({ platform }: { readonly platform: ImagePlatformRow }) {
  const { layers } = platform;
  return (
    <>
      <h2 className="section">
        {safeText(platform.platform ?? 'Platform not told')}{' '}
        <span className="dimmed">
          {bytesInWords(platform.bytes)} in {layers.length === 1 ? 'one layer' : `${layers.length} layers`}
        </span>
      </h2>
      <div className="surface scroll">
        <table className="grid">
          <thead>
            <tr>
              <th scope="col">Layer</th>
              <th scope="col">Digest</th>
              <th scope="col" className="number">
                Size
              </th>
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            {layers.map((layer, index) => (
              // A layer may stand in an image twice.
              <tr key={`${index} ${layer.digest}`}>
                <td>{index + 1}</td>
                <td className="mono" title={layer.digest}>
                  {shortDigest(layer.digest)}
                </td>
                <td className="number nowrap">{bytesInWords(layer.bytes)}</td>
                <td>
                  <StatusMark words={soundnessWords[layer.soundness]} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

export function ImageReferrers({ referrers }: { readonly referrers: readonly ImageReferrerRow[] }) {
  return (
    <>
      <h2 className="section">Signatures and other artifacts</h2>
      {referrers.length === 0 ? (
        <p className="dimmed">None came with it.</p>
      ) : (
        <div className="surface scroll">
          <table className="grid">
            <thead>
              <tr>
                <th scope="col">Type</th>
                <th scope="col">Digest</th>
                <th scope="col" className="number">
                  Size
                </th>
              </tr>
            </thead>
            <tbody>
              {referrers.map((referrer) => (
                <tr key={referrer.digest}>
                  <td className="break">{safeText(referrer.type)}</td>
                  <td className="mono" title={referrer.digest}>
                    {shortDigest(referrer.digest)}
                  </td>
                  <td className="number nowrap">{bytesInWords(referrer.bytes)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}
