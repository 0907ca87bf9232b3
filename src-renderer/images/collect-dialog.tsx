// Frees what no image names any more: how much that is stands before the button.
import type { ImageUsage } from '#contract/console-image-rows.ts';
import { useImages } from '#renderer/link/images-store.ts';
import { useAction } from '#renderer/link/use-action.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { DialogView } from '#renderer/pieces/dialog-view.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { bytesInWords } from '#renderer/words/bytes.ts';

export function CollectDialog(props: { readonly usage: ImageUsage; readonly onClose: () => void }) {
  const api = useImages((state) => state.api);
  const action = useAction();
  const { blobs, bytes } = props.usage.loose;
  const collect = () =>
    void action.run(async () => {
      await api?.collect();
      props.onClose();
    });
  return (
    <DialogView title="Free up space" onClose={props.onClose}>
      {bytes === 0 ? (
        <p>
          Nothing can be freed right now. To free space, remove images first; what came within the last hour stays that
          long, for its image may still be on its way.
        </p>
      ) : (
        <p>
          {bytesInWords(bytes)} in {blobs === 1 ? 'one piece' : `${blobs} pieces`} belong to no image any more and would
          go. Every image that is listed stays whole.
        </p>
      )}
      {action.problem !== null && <ProblemView text={action.problem} />}
      <div className="dialog-acts">
        <Act variant="default" onClick={props.onClose}>
          {bytes === 0 ? 'Close' : 'Cancel'}
        </Act>
        {bytes > 0 && (
          <Act loading={action.isBusy} onClick={collect}>
            Free {bytesInWords(bytes)}
          </Act>
        )}
      </div>
    </DialogView>
  );
}
