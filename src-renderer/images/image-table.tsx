// The images of the site: what each is for, what it weighs, who names it, where it came from, and whether it is sound.
import { ActionIcon } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { ImageRow } from '#contract/console-image-rows.ts';
import { useView } from '#renderer/link/view-store.ts';
import { StatusMark } from '#renderer/pieces/status-mark.tsx';
import { agoInWords, clockTime } from '#renderer/words/age.ts';
import { bytesInWords } from '#renderer/words/bytes.ts';
import { imageTitle, originInWords, shortDigest, soundnessWords } from '#renderer/words/image-words.ts';
import { imagePath } from '#renderer/words/paths.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { SlashedName } from '#renderer/words/slashed-name.tsx';
import { ImageUsersWords } from './image-users.tsx';

const mostTags = 4;

export function ImageTable(props: { readonly rows: readonly ImageRow[]; readonly onRemove: (row: ImageRow) => void }) {
  return (
    <div className="surface scroll">
      <table className="grid images">
        <thead>
          <tr>
            <th scope="col">Image</th>
            <th scope="col">State</th>
            <th scope="col">Platforms</th>
            <th scope="col" className="number">
              Size
            </th>
            <th scope="col">Used by</th>
            <th scope="col">Came from</th>
            <th scope="col">
              <span className="unseen">Remove</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row) => (
            <ImageTableRow key={`${row.repository}@${row.digest}`} row={row} onRemove={() => props.onRemove(row)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ImageTableRow({ row, onRemove }: { readonly row: ImageRow; readonly onRemove: () => void }) {
  return (
    <tr data-image={row.repository}>
      <td>
        <Link href={imagePath(row)} className="strong-link">
          <SlashedName name={imageTitle(row)} />
        </Link>
        {row.tags.length === 0 && <span className="dimmed"> without a tag</span>}
        <OtherTags tags={row.tags.slice(1)} />
        <div className="mono dimmed" title={row.digest}>
          {shortDigest(row.digest)}
        </div>
      </td>
      <td>
        <StatusMark words={soundnessWords[row.soundness]} />
        {row.soundness === 'damaged' && <div className="dimmed narrow">{soundnessWords.damaged.meaning}</div>}
      </td>
      <td className="nowrap">
        <Platforms platforms={row.platforms} />
      </td>
      <td className="number nowrap">
        {bytesInWords(row.bytes)}
        {row.sharedBytes > 0 && <div className="dimmed">{bytesInWords(row.sharedBytes)} shared</div>}
      </td>
      <td>
        <ImageUsersWords users={row} />
      </td>
      <td>
        <CameFrom row={row} />
      </td>
      <td className="tight">
        <ActionIcon variant="subtle" color="red" size={44} aria-label={`Remove ${imageTitle(row)}`} onClick={onRemove}>
          <IconTrash size={19} />
        </ActionIcon>
      </td>
    </tr>
  );
}

function OtherTags({ tags }: { readonly tags: readonly string[] }) {
  if (tags.length === 0) return null;
  return (
    <div className="dimmed">
      also {tags.slice(0, mostTags).map(safeText).join(', ')}
      {tags.length > mostTags && ` and ${tags.length - mostTags} more`}
    </div>
  );
}

function Platforms({ platforms }: { readonly platforms: readonly string[] }) {
  if (platforms.length === 0) return <span className="dimmed">none is whole</span>;
  return platforms.map((platform) => <div key={platform}>{safeText(platform)}</div>);
}

function CameFrom({ row }: { readonly row: ImageRow }) {
  const nowMs = useView((view) => view.nowMs);
  return (
    <>
      <div className="break">{originInWords(row.origin)}</div>
      <div className="dimmed" title={clockTime(row.origin.atMs)}>
        {agoInWords(nowMs - row.origin.atMs)}
      </div>
    </>
  );
}
