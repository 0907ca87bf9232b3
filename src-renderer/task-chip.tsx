// The tasks with images, in the frame of every screen: how many run, or that one failed.
import { Link } from 'wouter';
import { taskWords } from './image-words.ts';
import { useTasks } from './images-store.ts';
import { imagesPath } from './paths.ts';
import { StatusMark } from './status-mark.tsx';

export function TaskChip() {
  const tasks = useTasks();
  const running = tasks.filter(({ state }) => state === 'running').length;
  const failed = tasks.filter(({ state }) => state === 'failed').length;
  if (running === 0 && failed === 0) return null;
  const count = running > 0 ? running : failed;
  const word = `${count} ${count === 1 ? 'task' : 'tasks'} ${running > 0 ? 'running' : 'failed'}`;
  return (
    <Link href={imagesPath} className="chip">
      <StatusMark words={{ ...taskWords[running > 0 ? 'running' : 'failed'], word }} />
    </Link>
  );
}
