// The limits of the site's one network: how many transfers at a time, how fast, and whether devices help each other. It stands for
// what is kept: other terms are another form.
import { NumberInput, Switch } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { type ImageShareTerms, leastBytesPerSecond, mostPullsAtOnce } from '#contract/image-shares.ts';
import { useImages } from '#renderer/link/images-store.ts';
import { useAction } from '#renderer/link/use-action.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';

const megabyte = 1_000_000;

export function SharesForm({ kept }: { readonly kept: ImageShareTerms }) {
  const api = useImages((state) => state.api);
  const action = useAction();
  const [pullsAtOnce, setPullsAtOnce] = useState<number | string>(kept.pullsAtOnce);
  const [isLimited, setIsLimited] = useState(kept.bytesPerSecond !== null);
  const [megabytes, setMegabytes] = useState<number | string>((kept.bytesPerSecond ?? 10 * megabyte) / megabyte);
  const [siblings, setSiblings] = useState(kept.siblings);
  const wanted: ImageShareTerms = {
    pullsAtOnce: Number(pullsAtOnce),
    bytesPerSecond: isLimited ? Math.round(Number(megabytes) * megabyte) : null,
    siblings,
  };
  const isSame = JSON.stringify(wanted) === JSON.stringify({ ...wanted, ...kept });
  const isWhole =
    pullsAtOnce !== '' && (wanted.bytesPerSecond === null || wanted.bytesPerSecond >= leastBytesPerSecond);

  function submit(event: FormEvent): void {
    event.preventDefault();
    void action.run(async () => api?.setShares(wanted));
  }

  return (
    <form onSubmit={submit} className="surface form">
      <NumberInput
        hideControls
        label="Transfers at a time"
        description="The others wait in a line that is even between devices."
        size="md"
        maw={320}
        min={1}
        max={mostPullsAtOnce}
        allowDecimal={false}
        value={pullsAtOnce}
        onChange={setPullsAtOnce}
      />
      <Switch
        label="Limit the bandwidth of all together"
        size="md"
        checked={isLimited}
        onChange={(event) => setIsLimited(event.currentTarget.checked)}
      />
      {isLimited && (
        <NumberInput
          hideControls
          label="Megabytes a second"
          size="md"
          maw={320}
          min={leastBytesPerSecond / megabyte}
          max={100_000}
          decimalScale={3}
          value={megabytes}
          onChange={setMegabytes}
        />
      )}
      <Switch
        label="Devices pass layers on to each other"
        description="They keep what they took, open a port on their network, and serve neighbours while the hub is busy. What arrives is checked by its digest all the same."
        size="md"
        checked={siblings === 'on'}
        onChange={(event) => setSiblings(event.currentTarget.checked ? 'on' : 'off')}
      />
      {action.problem !== null && <ProblemView text={action.problem} />}
      <div>
        <Act type="submit" loading={action.isBusy} disabled={isSame || !isWhole}>
          Save
        </Act>
      </div>
    </form>
  );
}
