// When devices may change: days and hours on the site's own wall, in its time zone, past midnight and through the nights on
// which clocks are changed. The wall is read anew for every question, so that no offset is ever remembered.

/** Ends before it starts: it lasts into the next day. Equal: the whole day. */
export interface MaintenanceWindow {
  /** ISO: 1 is Monday, 7 is Sunday; the day on which the window opens. */
  readonly days: readonly number[];
  /** Minutes after midnight, 0 to 1439. */
  readonly fromMinute: number;
  readonly toMinute: number;
  /** IANA name, such as `Europe/Berlin`. */
  readonly timeZone: string;
}

interface WallTime {
  readonly day: number;
  readonly minute: number;
}

type Wall = (atMs: number) => WallTime;

const dayNumbers: Readonly<Record<string, number>> = { Mon: 1, Tue: 2, Wed: 3, Thu: 4, Fri: 5, Sat: 6, Sun: 7 };
const minuteMs = 60_000;
const strideMinutes = 30;
const minutesOfDay = 24 * 60;
/** Every window comes within a week; one whose hour does not exist this week, because clocks are put forward, in the next. */
const horizonMs = 15 * 24 * 60 * minuteMs;

/** Whether a device may change at that moment. Without windows: always. */
export function isWindowOpen(windows: readonly MaintenanceWindow[], atMs: number): boolean {
  return isAnyOpen(windows, wallsOf(windows), atMs);
}

/**
 * The next minute at which that answer differs, however short the difference lasts; null: none within two weeks.
 * Example: open from 2:00 to 3:00 and from 3:10 to 4:00; asked at 2:15 it is 3:00.
 */
export function nextWindowChangeMs(windows: readonly MaintenanceWindow[], atMs: number): number | null {
  const walls = wallsOf(windows);
  const isOpenNow = isAnyOpen(windows, walls, atMs);
  const fromMs = Math.floor(atMs / minuteMs) * minuteMs;
  const endMs = windows.length === 0 ? fromMs : fromMs + horizonMs;
  for (let strideMs = fromMs; strideMs < endMs; strideMs += strideMinutes * minuteMs) {
    if (!hasEdge(windows, walls, strideMs)) continue;
    for (let minute = 1; minute <= strideMinutes; minute += 1) {
      const changeMs = strideMs + minute * minuteMs;
      if (isAnyOpen(windows, walls, changeMs) !== isOpenNow) return changeMs;
    }
  }
  return null;
}

/** Whether a window begins or ends in the stride, or the clocks are changed in it: nothing else can change the answer. */
function hasEdge(windows: readonly MaintenanceWindow[], walls: ReadonlyMap<string, Wall>, strideMs: number): boolean {
  return windows.some(({ fromMinute, toMinute, timeZone }) => {
    const wall = walls.get(timeZone) as Wall;
    const { minute } = wall(strideMs);
    const after = (other: number): number => (other - minute + minutesOfDay) % minutesOfDay;
    const end = wall(strideMs + strideMinutes * minuteMs).minute;
    return after(end) !== strideMinutes || after(fromMinute) <= strideMinutes || after(toMinute) <= strideMinutes;
  });
}

/** Whether the name is one that times can be told in here. */
export function isTimeZone(name: string): boolean {
  try {
    wallIn(name);
    return true;
  } catch {
    // The only way to ask: it throws for a name it does not know.
    return false;
  }
}

function isAnyOpen(windows: readonly MaintenanceWindow[], walls: ReadonlyMap<string, Wall>, atMs: number): boolean {
  if (windows.length === 0) return true;
  return windows.some((window) => {
    const wall = walls.get(window.timeZone);
    return wall !== undefined && isOpen(window, wall(atMs));
  });
}

function isOpen({ days, fromMinute, toMinute }: MaintenanceWindow, { day, minute }: WallTime): boolean {
  if (fromMinute < toMinute) return days.includes(day) && minute >= fromMinute && minute < toMinute;
  const dayBefore = day === 1 ? 7 : day - 1;
  return (days.includes(day) && minute >= fromMinute) || (days.includes(dayBefore) && minute < toMinute);
}

function wallsOf(windows: readonly MaintenanceWindow[]): ReadonlyMap<string, Wall> {
  return new Map([...new Set(windows.map(({ timeZone }) => timeZone))].map((zone) => [zone, wallIn(zone)]));
}

function wallIn(timeZone: string): Wall {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (atMs) => {
    const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, value]));
    const day = dayNumbers[String(parts.get('weekday'))] as number;
    return { day, minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')) };
  };
}
