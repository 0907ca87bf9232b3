// The three things to know before leaving: whether all is here, whether there is room, and who takes images right now.
import { Progress } from '@mantine/core';
import { Link } from 'wouter';
import type { ImageUsage } from '#contract/console-image-rows.ts';
import type { ImageReadiness } from '#domain/images/ready-to-leave.ts';
import { useImages } from '#renderer/link/images-store.ts';
import { useAction } from '#renderer/link/use-action.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { StatusMark } from '#renderer/pieces/status-mark.tsx';
import { bytesInWords, shareInWords } from '#renderer/words/bytes.ts';
import { imageTitleOfMissing, notReadyWords, readyWords } from '#renderer/words/image-words.ts';
import { pullsPath, readinessPath } from '#renderer/words/paths.ts';

export type StorageQuestion = 'collect' | 'quota';

export function ImageSummary(props: {
  readonly usage: ImageUsage;
  readonly readiness: ImageReadiness;
  readonly onAsk: (question: StorageQuestion) => void;
}) {
  return (
    <dl className="facts summary">
      <div data-tile="readiness">
        <dt>Without the internet</dt>
        <dd>
          <ReadinessTile readiness={props.readiness} />
        </dd>
      </div>
      <div data-tile="storage">
        <dt>Storage</dt>
        <dd>
          <StorageTile usage={props.usage} onAsk={props.onAsk} />
        </dd>
      </div>
      <div data-tile="pulls">
        <dt>Devices</dt>
        <dd>
          <PullsTile />
        </dd>
      </div>
    </dl>
  );
}

function ReadinessTile({ readiness }: { readonly readiness: ImageReadiness }) {
  const api = useImages((state) => state.api);
  const action = useAction();
  const { missing, deployments } = readiness;
  if (readiness.isReady)
    return (
      <>
        <StatusMark words={readyWords} />
        <div className="dimmed">
          {deployments.length === 0 ? 'No deployment names an image.' : 'All that the deployments name is here.'}
        </div>
        {deployments.length > 0 && (
          <Link href={readinessPath} className="tile-link">
            Deployment by deployment
          </Link>
        )}
      </>
    );
  return (
    <>
      <StatusMark words={notReadyWords} />
      <div className="break">
        Images missing: {missing.slice(0, 2).map(imageTitleOfMissing).join(', ')}
        {missing.length > 2 && (
          <>
            {' and '}
            <Link href={readinessPath} className="plain-link">
              {missing.length - 2} more
            </Link>
          </>
        )}
        {missing.length === 0 && 'see which deployments could not be judged'}
      </div>
      <div className="tile-acts">
        {missing.length > 0 && (
          <Act loading={action.isBusy} onClick={() => void action.run(async () => api?.fetchMissing(null))}>
            Fetch what is missing
          </Act>
        )}
        <Link href={readinessPath} className="tile-link">
          Which and why
        </Link>
      </div>
      {action.problem !== null && <ProblemView text={action.problem} />}
    </>
  );
}

function StorageTile(props: { readonly usage: ImageUsage; readonly onAsk: (question: StorageQuestion) => void }) {
  const { usedBytes, quotaBytes, freeDiskBytes, loose } = props.usage;
  const limit = quotaBytes ?? usedBytes + freeDiskBytes;
  const share = limit === 0 ? 0 : Math.min(100, (usedBytes / limit) * 100);
  const isTight = share >= 90;
  return (
    <>
      <div>
        <b>{bytesInWords(usedBytes)}</b> of {bytesInWords(limit)}
        {quotaBytes === null ? ' on this disk' : ' quota'} · {shareInWords(usedBytes, limit)}
        {isTight && <b className="alarm"> · nearly full</b>}
      </div>
      <Progress.Root size={10} radius="xl" my={8}>
        <Progress.Section
          value={share}
          color={isTight ? 'orange' : 'blue'}
          aria-label="Storage in use"
          aria-valuetext={`${bytesInWords(usedBytes)} of ${bytesInWords(limit)}`}
        />
      </Progress.Root>
      <div className="dimmed">{bytesInWords(freeDiskBytes)} free on the disk</div>
      <div className="tile-acts">
        <Act variant="default" onClick={() => props.onAsk('collect')}>
          Free up{loose.bytes > 0 ? ` ${bytesInWords(loose.bytes)}` : ' space'} …
        </Act>
        <Act variant="default" onClick={() => props.onAsk('quota')}>
          Quota …
        </Act>
      </div>
    </>
  );
}

function PullsTile() {
  const sending = useImages((state) => state.news?.shares.sending ?? 0);
  const waiting = useImages((state) => state.news?.shares.waiting ?? 0);
  const bytesPerSecond = useImages((state) => state.news?.shares.bytesPerSecond ?? 0);
  return (
    <>
      <div>
        {sending + waiting === 0 ? (
          'No device takes an image right now.'
        ) : (
          <>
            <Link href={pullsPath} className="plain-link">
              {sending} {sending === 1 ? 'transfer' : 'transfers'}
            </Link>
            ,{' '}
            <Link href={pullsPath} className="plain-link">
              {waiting} waiting in line
            </Link>
            <div className="dimmed">{bytesInWords(bytesPerSecond)}/s over all</div>
          </>
        )}
      </div>
      <Link href={pullsPath} className="tile-link">
        Who, and limits
      </Link>
    </>
  );
}
