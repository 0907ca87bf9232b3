// A status as icon, word and colour: any one of the three alone is enough to tell it.
import {
  IconAlertTriangle,
  IconArrowBackUp,
  IconBan,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleMinus,
  IconClock,
  IconHandStop,
  IconPlayerPause,
  IconPlugConnectedX,
  IconRefresh,
} from '@tabler/icons-react';
import type { StatusIcon, StatusWords } from '#renderer/words/status-words.ts';

const icons: Readonly<Record<StatusIcon, typeof IconBan>> = {
  good: IconCircleCheck,
  busy: IconRefresh,
  bad: IconAlertTriangle,
  away: IconPlugConnectedX,
  none: IconCircleMinus,
  idle: IconCircleDashed,
  off: IconBan,
  pause: IconPlayerPause,
  back: IconArrowBackUp,
  clock: IconClock,
  person: IconHandStop,
};

export function StatusMark({ words }: { readonly words: StatusWords }) {
  const Icon = icons[words.icon];
  return (
    <span className="status" style={{ color: `var(--mantine-color-${words.color}-text)` }} title={words.meaning}>
      <Icon size={17} stroke={2} aria-hidden className={words.icon === 'busy' ? 'spin' : undefined} />
      {words.word}
    </span>
  );
}
