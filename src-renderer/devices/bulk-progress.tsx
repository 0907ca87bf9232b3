// What is being done to many devices, and what came of it: counted, stoppable, and with every failure by name.
import { Progress } from '@mantine/core';
import { Link } from 'wouter';
import { useHub } from '#renderer/link/hub-store.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { devicePath } from '#renderer/words/paths.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { type BulkApi, type BulkTask, bulkWord, dismissBulk, retryBulk, stopBulk, useBulk } from './bulk-store.ts';

const mostFailures = 50;

export function useBulkApi(): BulkApi | null {
  const client = useHub((state) => state.client);
  return client === null ? null : { changeDevices: (request) => client.changeDevices.mutate(request) };
}

export function BulkProgress() {
  const tasks = useBulk((state) => state.tasks);
  return tasks.map((task) => <TaskView key={task.id} task={task} />);
}

function TaskView({ task }: { readonly task: BulkTask }) {
  const api = useBulkApi();
  const isOver = task.state === 'done' || task.state === 'stopped';
  const again = task.failed.length + task.left.length;
  const tried = task.done + task.failed.length;
  return (
    <section className="surface bulk" aria-label={`${bulkWord(task.change)} devices`}>
      <div className="bulk-head">
        <strong role="status">{sentence(task)}</strong>
        {!isOver && (
          <Act variant="default" disabled={task.state === 'stopping'} onClick={() => stopBulk(task.id)}>
            {task.state === 'stopping' ? 'Stopping' : 'Cancel'}
          </Act>
        )}
        {isOver && again > 0 && api !== null && (
          <Act onClick={() => void retryBulk(api, task)}>Try {again === 1 ? 'the one' : `those ${again}`} again</Act>
        )}
        {isOver && (
          <Act variant="default" onClick={() => dismissBulk(task.id)}>
            Close
          </Act>
        )}
      </div>
      {!isOver && (
        <Progress value={(tried / task.total) * 100} aria-label={`${tried} of ${task.total}`} transitionDuration={0} />
      )}
      {task.problem !== null && (
        <ProblemView
          text={task.problem}
          done={`It stopped there. ${task.done} are done.`}
          next="Try the rest again when the hub answers."
        />
      )}
      <Failures task={task} />
    </section>
  );
}

function Failures({ task: { failed } }: { readonly task: BulkTask }) {
  if (failed.length === 0) return null;
  return (
    <details className="bulk-failures" open={failed.length <= 5}>
      <summary>{failed.length} failed</summary>
      <ul>
        {failed.slice(0, mostFailures).map(({ deviceId, problem }) => (
          <li key={deviceId}>
            <Link href={devicePath(deviceId)} className="strong-link">
              {safeText(deviceId)}
            </Link>
            : {safeText(problem)}
          </li>
        ))}
        {failed.length > mostFailures && <li>and {failed.length - mostFailures} more</li>}
      </ul>
    </details>
  );
}

const pastWords = { tag: 'tagged', enable: 'enabled', disable: 'disabled', delete: 'deleted' } as const;

function sentence({ change, state, done, total, failed, left }: BulkTask): string {
  if (state === 'running' || state === 'stopping')
    return `${bulkWord(change)} devices: ${done + failed.length} of ${total}`;
  const facts = [`${done} of ${total} ${pastWords[change.kind]}`];
  if (failed.length > 0) facts.push(`${failed.length} failed`);
  if (left.length > 0) facts.push(`${left.length} not tried`);
  return `${facts.join(', ')}.`;
}
