// How much of the disk images may take.
import { NumberInput, Switch } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { ImageUsage } from '#contract/console-image-rows.ts';
import { useImages } from '#renderer/link/images-store.ts';
import { useAction } from '#renderer/link/use-action.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { DialogView } from '#renderer/pieces/dialog-view.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { bytesInWords } from '#renderer/words/bytes.ts';

const gigabyte = 1_000_000_000;

export function QuotaDialog(props: { readonly usage: ImageUsage; readonly onClose: () => void }) {
  const { usage, onClose } = props;
  const api = useImages((state) => state.api);
  const action = useAction();
  const [isLimited, setIsLimited] = useState(usage.quotaBytes !== null);
  const [gigabytes, setGigabytes] = useState<number | string>(
    Math.round((usage.quotaBytes ?? (usage.usedBytes + usage.freeDiskBytes) / 2) / gigabyte),
  );
  const quotaBytes = isLimited ? Math.round(Number(gigabytes) * gigabyte) : null;
  const isBelow = quotaBytes !== null && quotaBytes < usage.usedBytes;

  function submit(event: FormEvent): void {
    event.preventDefault();
    void action.run(async () => {
      await api?.setQuota(quotaBytes);
      onClose();
    });
  }

  return (
    <DialogView title="Quota of images" onClose={onClose}>
      <form onSubmit={submit}>
        <Switch
          label="Limit how much of the disk images take"
          size="md"
          checked={isLimited}
          onChange={(event) => setIsLimited(event.currentTarget.checked)}
        />
        {isLimited && (
          <NumberInput
            hideControls
            label="Quota in GB"
            size="md"
            mt={14}
            min={0}
            max={1_000_000}
            value={gigabytes}
            onChange={setGigabytes}
          />
        )}
        <p className="dimmed">
          {bytesInWords(usage.usedBytes)} are in use, {bytesInWords(usage.freeDiskBytes)} are free on the disk.
          {isBelow && ' What is here stays, and nothing more comes in until it fits.'}
        </p>
        {action.problem !== null && <ProblemView text={action.problem} />}
        <div className="dialog-acts">
          <Act variant="default" onClick={onClose}>
            Cancel
          </Act>
          <Act type="submit" loading={action.isBusy} disabled={isLimited && String(gigabytes).trim() === ''}>
            Save
          </Act>
        </div>
      </form>
    </DialogView>
  );
}
