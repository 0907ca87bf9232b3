// Which devices take images from the hub or wait in its line, and the limits that keep the laptop and the network usable.
import { useImages } from '#renderer/link/images-store.ts';
import { BackLink } from '#renderer/pieces/back-link.tsx';
import { EmptyView } from '#renderer/pieces/empty-view.tsx';
import { bytesInWords } from '#renderer/words/bytes.ts';
import { imagesPath } from '#renderer/words/paths.ts';
import { PullsTable } from './pulls-table.tsx';
import { SharesForm } from './shares-form.tsx';
import { SiblingsTable } from './siblings-table.tsx';

export function PullsView() {
  const shares = useImages((state) => state.news?.shares ?? null);
  if (shares === null)
    return (
      <>
        <BackLink path={imagesPath} word="Images" />
        <p className="dimmed">Asking the hub …</p>
      </>
    );
  const { pulls, sending, waiting, leftToSiblings, siblings } = shares;
  const more = sending + waiting - pulls.length;
  return (
    <>
      <BackLink path={imagesPath} word="Images" />
      <div className="screen-head under-back">
        <h1>Devices that take images</h1>
      </div>
      {pulls.length === 0 ? (
        <EmptyView title="No device takes an image right now">
          Devices ask here for the images of their deployments, and only for layers that they have not got.
        </EmptyView>
      ) : (
        <PullsTable rows={pulls} />
      )}
      {more > 0 && <p className="dimmed">And {more} more in the line.</p>}
      <p className="dimmed">
        Since its start the hub sent {bytesInWords(shares.sentBytes)}
        {leftToSiblings.blobs > 0 && `, and neighbours gave each other ${bytesInWords(leftToSiblings.bytes)}`}.
      </p>
      <h2 className="section">Limits</h2>
      <SharesForm key={JSON.stringify(shares.terms)} kept={shares.terms} />
      {siblings.length > 0 && <SiblingsTable rows={siblings} />}
    </>
  );
}
