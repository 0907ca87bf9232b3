// What runs on in the background, in the frame of every screen: one task with its measured progress, several with their number and
// each by its name behind that, and that one failed until somebody has looked.
import { type FocusEvent, useState } from 'react';
import { Link } from 'wouter';
import { StatusMark } from '#renderer/pieces/status-mark.tsx';
import { taskWords } from '#renderer/words/image-words.ts';
import { type FrameTask, useFrameTasks } from './frame-tasks.ts';

const mostListed = 12;

export function TaskChip() {
  const tasks = useFrameTasks();
  const [first] = tasks;
  if (first === undefined) return null;
  if (tasks.length > 1) return <TaskMenu tasks={tasks} />;
  return <TaskLink task={first} />;
}

function TaskLink({ task, onGone }: { readonly task: FrameTask; readonly onGone?: () => void }) {
  const { title, state, progress, path } = task;
  const words = progress === null ? title : `${title} · ${progress}`;
  return (
    <Link href={path} className="chip" onClick={onGone}>
      <StatusMark words={{ ...taskWords[state], word: state === 'failed' ? `Failed: ${words}` : words }} />
    </Link>
  );
}

function TaskMenu({ tasks }: { readonly tasks: readonly FrameTask[] }) {
  const [isOpen, setIsOpen] = useState(false);
  const close = () => setIsOpen(false);
  const leave = (event: FocusEvent) => {
    if (!event.currentTarget.contains(event.relatedTarget)) close();
  };
  const more = tasks.length - mostListed;
  return (
    <div className="task-menu" onBlur={leave} onKeyDown={(event) => event.key === 'Escape' && close()}>
      <button type="button" className="chip" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
        <StatusMark words={summaryOf(tasks)} />
      </button>
      {isOpen && (
        <ul aria-label="Tasks">
          {tasks.slice(0, mostListed).map((task) => (
            <li key={`${task.path} ${task.title}`}>
              <TaskLink task={task} onGone={close} />
            </li>
          ))}
          {more > 0 && <li className="dimmed">and {more} more</li>}
        </ul>
      )}
    </div>
  );
}

/** `3 tasks running, 1 failed`. */
function summaryOf(tasks: readonly FrameTask[]) {
  const running = tasks.filter(({ state }) => state === 'running').length;
  const failed = tasks.length - running;
  if (running === 0) return { ...taskWords.failed, word: `${failed} tasks failed` };
  const word = `${running} ${running === 1 ? 'task' : 'tasks'} running`;
  return { ...taskWords.running, word: failed === 0 ? word : `${word}, ${failed} failed` };
}
