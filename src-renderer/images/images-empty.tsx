// No images yet: where they are dropped, and the other ways in.
import { IconPackageImport } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { ImageReadiness } from '#domain/images/ready-to-leave.ts';
import { useImages } from '#renderer/link/images-store.ts';
import { useAction } from '#renderer/link/use-action.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { FileChoice } from '#renderer/pieces/file-choice.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { readinessPath } from '#renderer/words/paths.ts';

export function ImagesEmpty(props: {
  readonly onFiles: (files: readonly File[]) => void;
  readonly onOtherWays: () => void;
  readonly readiness: ImageReadiness;
}) {
  const api = useImages((state) => state.api);
  const action = useAction();
  const missing = props.readiness.missing.length;
  return (
    <div className="surface drop-area">
      <IconPackageImport size={44} stroke={1.5} aria-hidden />
      <h2>No images yet</h2>
      <p>
        Devices pull their images from here, without the internet. Drop a file of{' '}
        <span className="mono">docker save</span> or an OCI archive here.
      </p>
      <div className="tile-acts center">
        <FileChoice words="Choose files" onFiles={props.onFiles} />
        <Act variant="default" onClick={props.onOtherWays}>
          From a path or a registry …
        </Act>
      </div>
      {missing > 0 && (
        <div className="drop-missing">
          <p>
            The deployments name{' '}
            <Link href={readinessPath} className="plain-link">
              {missing === 1 ? 'an image' : `${missing} images`}
            </Link>{' '}
            that {missing === 1 ? 'is' : 'are'} not here. With internet, the hub can fetch{' '}
            {missing === 1 ? 'it' : 'them'} now.
          </p>
          <Act loading={action.isBusy} onClick={() => void action.run(async () => api?.fetchMissing(null))}>
            Fetch what is missing
          </Act>
          {action.problem !== null && <ProblemView text={action.problem} />}
        </div>
      )}
    </div>
  );
}
