// Lines of a log, of which only those in sight exist. It stays at its end while the log is followed, unless one scrolled away from it.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import { useTextScale } from '#renderer/look/text-scale.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { safeLine } from '#renderer/words/safe-text.ts';
import type { LogLine } from './log-lines.ts';
import { stretchesOf } from './log-search.ts';

// At the usual size of text, as the style sheet has it.
const usualRowHeight = 22;
// A line may be sixteen thousand characters: this much is read at a glance, the rest when asked for.
const shownLength = 600;

export function LogView(props: {
  readonly lines: readonly LogLine[];
  readonly pattern: RegExp | null;
  readonly isWrapped: boolean;
  readonly hasTimes: boolean;
  readonly hasModules: boolean;
  readonly isFollowing: boolean;
  /** Key of the line that a search came to; null: none. */
  readonly current: number | null;
  readonly label: string;
  readonly empty: string;
}) {
  const { lines, isWrapped, isFollowing, current } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [isAtEnd, setIsAtEnd] = useState(true);
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const rowHeight = usualRowHeight * useTextScale();
  // The rule warns of the React Compiler, which the page is built without.
  // oxlint-disable-next-line react/incompatible-library
  const virtualizer = useVirtualizer<HTMLDivElement, HTMLElement>({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => lines[index]?.key ?? index,
    overscan: 20,
    useFlushSync: false,
  });
  const { scrollToIndex, measure } = virtualizer;
  // What stands above the lines grows and shrinks, and with it the room they have.
  const roomHeight = virtualizer.scrollRect?.height ?? 0;
  useEffect(() => measure(), [measure, isWrapped, rowHeight]);
  useEffect(() => {
    if (isFollowing && isAtEnd && lines.length > 0) scrollToIndex(lines.length - 1, { align: 'end' });
  }, [isFollowing, isAtEnd, lines, roomHeight, rowHeight, scrollToIndex]);
  const currentAt = current === null ? -1 : lines.findIndex(({ key }) => key === current);
  const wasAt = useRef<number | null>(null);
  useEffect(() => {
    // Gone to once: what comes in meanwhile moves nobody back.
    if (currentAt === -1 || wasAt.current === current) return;
    wasAt.current = current;
    scrollToIndex(currentAt, { align: 'center' });
  }, [current, currentAt, scrollToIndex]);
  const isAway = isFollowing && !isAtEnd;
  return (
    <div className="log-frame">
      <div
        ref={scroller}
        className="log"
        role="log"
        aria-live="off"
        aria-label={props.label}
        tabIndex={0}
        data-wrapped={isWrapped || undefined}
        onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) =>
          setIsAtEnd(scrollTop + clientHeight >= scrollHeight - 2 * rowHeight)
        }
      >
        {lines.length === 0 && <p className="log-empty">{props.empty}</p>}
        <div style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
          {virtualizer.getVirtualItems().map((item) => {
            const line = lines[item.index];
            if (line === undefined) return null;
            return (
              <div
                key={item.key}
                ref={virtualizer.measureElement}
                data-index={item.index}
                className="log-line"
                data-current={line.key === current || undefined}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <Line
                  {...props}
                  line={line}
                  isOpen={opened.has(line.key)}
                  onOpen={() => setOpened(new Set(opened).add(line.key))}
                />
              </div>
            );
          })}
        </div>
      </div>
      {isAway && (
        <Act
          className="log-end"
          onClick={() => {
            setIsAtEnd(true);
            scrollToIndex(lines.length - 1, { align: 'end' });
          }}
        >
          Go to the newest line
        </Act>
      )}
    </div>
  );
}

function Line(props: {
  readonly line: LogLine;
  readonly pattern: RegExp | null;
  readonly hasTimes: boolean;
  readonly hasModules: boolean;
  readonly isOpen: boolean;
  readonly onOpen: () => void;
}) {
  const { line, isOpen, onOpen } = props;
  const isCut = line.text.length > shownLength && !isOpen;
  const text = isCut ? line.text.slice(0, shownLength) : line.text;
  return (
    <>
      {props.hasTimes && (
        <time className="log-time" title={line.time ?? undefined}>
          {timeOf(line.time)}{' '}
        </time>
      )}
      {props.hasModules && <span className="log-module">{safeLine(line.module)} </span>}
      <span className="log-text">
        {stretchesOf(safeLine(text), props.pattern).map((stretch, at) =>
          stretch.isHit ? <mark key={at}>{stretch.text}</mark> : stretch.text,
        )}
        {isCut && (
          <button type="button" className="log-more plain-link" onClick={onOpen}>
            … and {(line.text.length - shownLength).toLocaleString('en')} more characters
          </button>
        )}
      </span>
    </>
  );
}

/** `14:03:22.123` in local time; as it came where it is none. */
function timeOf(time: string | null): string {
  const at = time === null ? null : new Date(time);
  if (at === null || Number.isNaN(at.getTime())) return time === null ? '            ' : time.slice(0, 30);
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${two(at.getMilliseconds(), 3)}`;
}

function two(value: number, size = 2): string {
  return String(value).padStart(size, '0');
}
