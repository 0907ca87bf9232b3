// What runs on in the background, in the frame of every screen: one task with its measured progress, several with their number, and
// that one failed until somebody has looked.
import { Link } from 'wouter';
import { useFrameTasks } from './frame-tasks.ts';
import { taskWords } from './image-words.ts';
import { StatusMark } from './status-mark.tsx';

export function TaskChip() {
  const tasks = useFrameTasks();
  const running = tasks.filter(({ state }) => state === 'running');
  const shown = running.length > 0 ? running : tasks;
  const [first] = shown;
  if (first === undefined) return null;
  const single = first.progress === null ? first.title : `${first.title} · ${first.progress}`;
  const several = `${shown.length} tasks ${first.state === 'running' ? 'running' : 'failed'}`;
  return (
    <Link href={first.path} className="chip">
      <StatusMark
        words={{ ...taskWords[first.state], word: shown.length === 1 ? words(single, first.state) : several }}
      />
    </Link>
  );
}

function words(title: string, state: 'running' | 'failed'): string {
  return state === 'failed' ? `Failed: ${title}` : title;
}
