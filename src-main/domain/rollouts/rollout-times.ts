// The times a rollout waits for, as people of the site read them off their wall: in the zone of its maintenance windows, which is
// named beside, or in UTC where it has none.
import { nextWindowChangeMs } from './maintenance-window.ts';
import type { RolloutPolicy } from './rollout-policy.ts';

type Windows = Pick<RolloutPolicy, 'windows'>;

/** Example: `Fri 2 Jan 2026 at 01:00 (Europe/Berlin)`. */
export function timeText(atMs: number, { windows }: Windows): string {
  const timeZone = windows[0]?.timeZone ?? 'UTC';
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const part = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, value]));
  const day = ['weekday', 'day', 'month', 'year'].map((name) => part.get(name as 'day')).join(' ');
  return `${day} at ${part.get('hour')}:${part.get('minute')} (${timeZone})`;
}

/** While none is open: "the next one opens on Fri 2 Jan 2026 at 01:00 (Europe/Berlin)". */
export function nextOpeningText(policy: Windows, wallMs: number): string {
  const opensAtMs = nextWindowChangeMs(policy.windows, wallMs);
  return opensAtMs === null ? 'none opens within two weeks' : `the next one opens on ${timeText(opensAtMs, policy)}`;
}
