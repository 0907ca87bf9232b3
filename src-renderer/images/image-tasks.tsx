// What is under way with images, and how the last ones ended. Only what is measured is drawn as a share; else the step is named,
// with the time in it.
import { Progress } from '@mantine/core';
import type { ImageTaskRow } from '#contract/console-image-rows.ts';
import { useImages, useTasks } from '#renderer/link/images-store.ts';
import { useAction } from '#renderer/link/use-action.ts';
import { useView } from '#renderer/link/view-store.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { StatusMark } from '#renderer/pieces/status-mark.tsx';
import { ageInWords } from '#renderer/words/age.ts';
import { bytesInWords, shareInWords } from '#renderer/words/bytes.ts';
import { taskTitle, taskWords } from '#renderer/words/image-words.ts';
import { safeText } from '#renderer/words/safe-text.ts';

const mostNamed = 6;

export function ImageTasks() {
  const tasks = useTasks();
  if (tasks.length === 0) return null;
  return (
    <section aria-label="Tasks with images" className="surface tasks">
      {tasks.map((task) => (
        <Task key={task.id} task={task} />
      ))}
    </section>
  );
}

function Task({ task }: { readonly task: ImageTaskRow }) {
  const api = useImages((state) => state.api);
  const action = useAction();
  const isRunning = task.state === 'running';
  const press = () =>
    void action.run(async () => (isRunning ? await api?.cancelTask(task.id) : await api?.forgetTask(task.id)));
  return (
    <div className="task" data-task={task.id}>
      <div className="task-head">
        <StatusMark words={taskWords[task.state]} />
        <b className="break">{taskTitle(task)}</b>
        <Act
          variant="default"
          ml="auto"
          loading={action.isBusy}
          aria-label={`${isRunning ? 'Cancel' : 'Dismiss'}: ${taskTitle(task)}`}
          onClick={press}
        >
          {isRunning ? 'Cancel' : 'Dismiss'}
        </Act>
      </div>
      {isRunning ? <TaskProgress task={task} /> : <TaskEnd task={task} />}
      {action.problem !== null && <ProblemView text={action.problem} />}
    </div>
  );
}

function TaskProgress({ task }: { readonly task: ImageTaskRow }) {
  const nowMs = useView((view) => view.nowMs);
  const { doneBytes, totalBytes } = task;
  const done = bytesInWords(doneBytes);
  return (
    <>
      {totalBytes !== null && totalBytes > 0 && (
        <Progress.Root size={10} radius="xl">
          <Progress.Section
            value={Math.min(100, (doneBytes / totalBytes) * 100)}
            aria-label={`Progress of ${taskTitle(task)}`}
            aria-valuetext={`${done} of ${bytesInWords(totalBytes)}`}
          />
        </Progress.Root>
      )}
      <div className="dimmed task-figures">
        <span>
          {totalBytes === null
            ? doneBytes > 0 && `${done} so far`
            : `${done} of ${bytesInWords(totalBytes)} · ${shareInWords(doneBytes, totalBytes)}`}
        </span>
        <span>
          {safeText(task.step)}
          {task.step !== '' && ` · for ${ageInWords(Math.max(nowMs - task.stepSinceMs, 0)).replace('now', 'a moment')}`}
        </span>
      </div>
    </>
  );
}

function TaskEnd({ task }: { readonly task: ImageTaskRow }) {
  if (task.state === 'failed')
    return <ProblemView text={task.message ?? 'It ended for a reason the hub did not tell.'} />;
  const { images } = task;
  return (
    <div className="dimmed break">
      {task.state === 'cancelled' &&
        `After ${bytesInWords(task.doneBytes)}. What had come whole stays and is not asked for again.`}
      {images.slice(0, mostNamed).map(safeText).join(', ')}
      {images.length > mostNamed && ` and ${images.length - mostNamed} more`}
      {task.message !== null && <div>{safeText(task.message)}</div>}
    </div>
  );
}
