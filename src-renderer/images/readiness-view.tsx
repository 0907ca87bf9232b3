// "Ready to leave: yes, or these are missing", deployment by deployment and platform by platform.
import { Link } from 'wouter';
import type { DeploymentReadiness, ImageReadiness } from '#domain/images/ready-to-leave.ts';
import { useImages } from '#renderer/link/images-store.ts';
import { useAction } from '#renderer/link/use-action.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { BackLink } from '#renderer/pieces/back-link.tsx';
import { EmptyView } from '#renderer/pieces/empty-view.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { StatusMark } from '#renderer/pieces/status-mark.tsx';
import { filterPath } from '#renderer/words/device-filter.ts';
import { notReadyWords, readyWords } from '#renderer/words/image-words.ts';
import { deploymentPath, deploymentsPath, imagesPath } from '#renderer/words/paths.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { ImageTasks } from './image-tasks.tsx';
import { lackGroups } from './lack-groups.ts';

export function ReadinessView() {
  const readiness = useImages((state) => state.known?.readiness ?? null);
  const failure = useImages((state) => state.failure);
  const api = useImages((state) => state.api);
  const action = useAction();
  const missing = readiness?.missing.length ?? 0;
  return (
    <>
      <BackLink path={imagesPath} word="Images" />
      <div className="screen-head under-back">
        <h1>Ready to leave?</h1>
        {missing > 0 && (
          <Act loading={action.isBusy} onClick={() => void action.run(async () => api?.fetchMissing(null))}>
            Fetch what is missing
          </Act>
        )}
      </div>
      {failure !== null && <ProblemView text={failure} />}
      {action.problem !== null && <ProblemView text={action.problem} />}
      {readiness === null && failure === null && <p className="dimmed">Looking through the deployments …</p>}
      {readiness !== null && (
        <>
          <p className="status-line" role="status">
            <StatusMark words={readiness.isReady ? readyWords : notReadyWords} />
            <span className="dimmed">{readiness.isReady ? readyWords.meaning : notReadyWords.meaning}</span>
          </p>
          <ImageTasks />
          <Lacks missing={readiness.missing} />
          {readiness.deployments.length === 0 ? <NoDeployment /> : <ReadinessTable rows={readiness.deployments} />}
        </>
      )}
    </>
  );
}

/** What is missing and how it comes here, said once for all of which it is true. */
function Lacks({ missing }: { readonly missing: ImageReadiness['missing'] }) {
  const groups = lackGroups(missing);
  if (groups.length === 0) return null;
  return (
    <ul className="surface lacks" aria-label="What is missing">
      {groups.map(({ sentence, images }) => (
        <li key={sentence} className="break">
          {sentence}
          {images.length > 0 && (
            <ul>
              {images.map((image) => (
                <li key={image}>
                  <b>{image}</b>
                </li>
              ))}
            </ul>
          )}
        </li>
      ))}
    </ul>
  );
}

function NoDeployment() {
  return (
    <EmptyView title="No deployment names an image">
      What to bring along is read from the{' '}
      <Link href={deploymentsPath} className="plain-link">
        deployments
      </Link>
      , and there is none with modules yet.
    </EmptyView>
  );
}

function ReadinessTable({ rows }: { readonly rows: readonly DeploymentReadiness[] }) {
  return (
    <div className="surface scroll">
      <table className="grid">
        <thead>
          <tr>
            <th scope="col">Deployment</th>
            <th scope="col">For</th>
            <th scope="col">State</th>
            <th scope="col">Missing</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <ReadinessRows key={row.deploymentId} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ReadinessRows({ row }: { readonly row: DeploymentReadiness }) {
  const { deploymentId, platforms, notes } = row;
  const name = (
    <Link href={deploymentPath(deploymentId)} className="strong-link">
      {safeText(deploymentId)}
    </Link>
  );
  return (
    <>
      {platforms.map((part, index) => (
        <tr key={part.platform} data-ready={deploymentId}>
          <td>{index === 0 && name}</td>
          <td>
            {part.platform === 'any' ? 'any platform' : safeText(part.platform)}
            {part.devices > 0 && (
              <div>
                <Link
                  href={filterPath({ deployment: deploymentId, standing: 'applied' })}
                  className="plain-link nowrap"
                >
                  {part.devices === 1 ? 'one device' : `${part.devices} devices`}
                </Link>
              </div>
            )}
          </td>
          <td>
            <StatusMark words={{ ...(part.missing.length === 0 ? readyWords : notReadyWords), word: wordOf(part) }} />
          </td>
          <td>
            {part.missing.length === 0 && <span className="dimmed">nothing</span>}
            {part.missing.map((image) => (
              <div key={image.image} className="break">
                {safeText(image.image)}
              </div>
            ))}
          </td>
        </tr>
      ))}
      {notes.length > 0 && (
        <tr data-ready={deploymentId}>
          <td>{platforms.length === 0 && name}</td>
          <td colSpan={3}>
            {notes.map((note) => (
              <div key={note} className="warning">
                {safeText(note)}
              </div>
            ))}
          </td>
        </tr>
      )}
    </>
  );
}

function wordOf({ images, missing }: DeploymentReadiness['platforms'][number]): string {
  return missing.length === 0
    ? images === 1
      ? 'It is here'
      : `All ${images} here`
    : `${images - missing.length} of ${images} here`;
}
