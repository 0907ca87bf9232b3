// A table of any length of which only the rows in sight exist: a real <table>, told as a grid with its true number of rows.
// Keys while it has the focus: arrows or j and k, Page up and down, Home, End, Enter opens, x chooses, Shift extends, Ctrl+A all.
// INVARIANT: the row with the cursor always exists, scrolled out of sight or not, or the focus would fall to the page.
import './virtual-table.css';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { defaultRangeExtractor, useVirtualizer, type Range } from '@tanstack/react-virtual';
import { type CSSProperties, type KeyboardEvent, type ReactNode, useCallback, useEffect, useMemo, useRef } from 'react';
import { useLook } from '#renderer/look/look.ts';
import { rowHeightIn } from './row-height.ts';
import { choiceOf, withAll, withRange, withToggled } from './table-choice.ts';
import { createSteady } from './steady-keys.ts';
import { tableStep, type TableStep } from './table-keys.ts';
import { useRowCursor } from './use-row-cursor.ts';
import { type TableColumn, VirtualRow } from './virtual-row.tsx';

export type { TableColumn } from './virtual-row.tsx';

export interface TableOrder {
  readonly column: string;
  readonly direction: 'ascending' | 'descending';
}

export interface TableChoice {
  readonly chosen: ReadonlySet<string>;
  readonly choose: (chosen: ReadonlySet<string>) => void;
}

export interface VirtualTableProps<Row> {
  /** What the table is, for those who hear it. */
  readonly label: string;
  /** What a row is: each carries its key as `data-<noun>`. */
  readonly noun: string;
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly columns: readonly TableColumn<Row>[];
  /** In px at the usual size of text; of every row, or where they are measured the usual one. */
  readonly rowHeight: number;
  /** Rows are as high as what is in them. */
  readonly isMeasured?: boolean;
  readonly order?: TableOrder;
  readonly onOrder?: (column: string) => void;
  readonly choice?: TableChoice;
  readonly onOpen?: (row: Row) => void;
  /** All rows there are, where not all are here yet; -1: unknown. */
  readonly total?: number;
  /** Called with how many rows are here when the last of them come into sight: time to bring more. */
  readonly onNearEnd?: (here: number) => void;
}

export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { rows, keyOf, columns, choice, isMeasured = false } = props;
  const rowHeight = rowHeightIn(useLook(), props.rowHeight);
  const scroller = useRef<HTMLDivElement>(null);
  const steady = useMemo(createSteady, []);
  const keys = useMemo(() => steady(rows.map(keyOf)), [steady, rows, keyOf]);
  const cursor = useRowCursor(keys);
  const { at } = cursor;
  const withCursor = useCallback((range: Range) => indexesWith(defaultRangeExtractor(range), at), [at]);
  // The rule warns of the React Compiler, which the page is built without.
  // oxlint-disable-next-line react/incompatible-library
  const virtualizer = useVirtualizer<HTMLDivElement, HTMLElement>({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: useCallback(() => rowHeight, [rowHeight]),
    // With another function all rows are measured out anew.
    getItemKey: useCallback((index: number) => keys[index] ?? index, [keys]),
    rangeExtractor: withCursor,
    overscan: 8,
    // The head covers this much of the top.
    scrollPaddingStart: 44,
    useFlushSync: false,
  });
  useEffect(() => virtualizer.measure(), [virtualizer, rowHeight]);
  const { scrollToIndex } = virtualizer;
  const choose = useChoose(keys, choice);
  const items = virtualizer.getVirtualItems();
  useNearEnd(items.at(-1)?.index ?? -1, rows.length, props.onNearEnd);

  function onKeyDown(event: KeyboardEvent<HTMLTableElement>): void {
    // Links, buttons and boxes inside keep their own Enter and Space.
    const isInside = !(event.target instanceof HTMLTableRowElement);
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2);
    const step = tableStep(event, { at, count: rows.length, page });
    if (step === null || (isInside && step.kind === 'open')) return;
    if (choice === undefined && step.kind !== 'open' && step.kind !== 'move') return;
    event.preventDefault();
    take(step);
  }

  function take(step: TableStep): void {
    const row = rows[at];
    if (step.kind === 'open') {
      if (row !== undefined) props.onOpen?.(row);
    } else if (step.kind === 'move') {
      scrollToIndex(step.to);
      cursor.focus(step.to);
      const key = keys[step.to];
      if (step.isExtending && key !== undefined) choose.extend(key, keys[at] ?? key);
    } else if (step.kind === 'all') choice?.choose(withAll(choice.chosen, keys));
    else choose.toggle(keys[at] ?? '', step.kind === 'extend');
  }

  // One too many would make a column that nothing stands in.
  const span = columns.length + (choice === undefined ? 0 : 1);
  let drawnTo = 0;
  const drawn: ReactNode[] = [];
  for (const item of items) {
    const row = rows[item.index];
    const key = keys[item.index];
    if (row === undefined || key === undefined) continue;
    if (item.start > drawnTo) drawn.push(gap(`before ${key}`, item.start - drawnTo, span));
    drawnTo = item.end;
    drawn.push(
      <VirtualRow
        key={key}
        row={row}
        rowKey={key}
        index={item.index}
        noun={props.noun}
        columns={columns}
        isCursor={item.index === at}
        isChosen={choice === undefined ? null : choice.chosen.has(key)}
        onChoose={choose.toggle}
        measure={isMeasured ? virtualizer.measureElement : undefined}
      />,
    );
  }
  const rest = virtualizer.getTotalSize() - drawnTo;
  if (rest > 0) drawn.push(gap('after', rest, span));
  const width = columns.reduce((sum, column) => sum + (column.width ?? 160), choice === undefined ? 0 : 44);
  return (
    <div
      ref={scroller}
      className="virtual surface"
      data-measured={isMeasured || undefined}
      style={{ '--virtual-row': `${rowHeight}px` } as CSSProperties}
    >
      <table
        ref={cursor.table}
        role="grid"
        aria-label={props.label}
        aria-rowcount={rowCountOf(props.total ?? rows.length)}
        aria-multiselectable={choice === undefined ? undefined : true}
        style={{ minWidth: `${width / 16}rem` }}
        onKeyDown={onKeyDown}
        onFocus={cursor.onFocus}
      >
        <TableHead {...props} keys={keys} />
        <tbody>{drawn}</tbody>
      </table>
    </div>
  );
}

function TableHead<Row>(props: VirtualTableProps<Row> & { readonly keys: readonly string[] }) {
  const { columns, choice, order, onOrder, keys } = props;
  const state = choice === undefined ? 'none' : choiceOf(choice.chosen, keys);
  return (
    <>
      <colgroup>
        {choice !== undefined && <col style={{ width: 44 }} />}
        {columns.map((column) => (
          <col key={column.id} style={column.width === undefined ? undefined : { width: `${column.width / 16}rem` }} />
        ))}
      </colgroup>
      <thead>
        <tr aria-rowindex={1}>
          {choice !== undefined && (
            <th scope="col" className="virtual-choice">
              <label>
                <input
                  type="checkbox"
                  aria-label={`Choose all ${keys.length} in this list`}
                  checked={state === 'all'}
                  ref={(box) => {
                    if (box !== null) box.indeterminate = state === 'some';
                  }}
                  onChange={() => choice.choose(withAll(choice.chosen, keys))}
                />
              </label>
            </th>
          )}
          {columns.map((column) => (
            <ColumnHead key={column.id} column={column} order={order} onOrder={onOrder} />
          ))}
        </tr>
      </thead>
    </>
  );
}

function ColumnHead<Row>(props: {
  readonly column: TableColumn<Row>;
  readonly order: TableOrder | undefined;
  readonly onOrder: ((column: string) => void) | undefined;
}) {
  const { column, order, onOrder } = props;
  const className = column.isNumber === true ? 'number' : undefined;
  if (column.isSortable !== true || onOrder === undefined)
    return (
      <th scope="col" className={className}>
        {column.word}
      </th>
    );
  const direction = order?.column === column.id ? order.direction : 'none';
  const Arrow = direction === 'descending' ? IconArrowDown : IconArrowUp;
  return (
    <th scope="col" className={className} aria-sort={direction}>
      <button type="button" className="sort" onClick={() => onOrder(column.id)}>
        {column.word}
        {direction !== 'none' && <Arrow size={14} aria-hidden />}
      </button>
    </th>
  );
}

function useChoose(keys: readonly string[], choice: TableChoice | undefined) {
  // Read when something is chosen, so that rows need no new function whenever the list or the choice is another one.
  const now = useRef({ keys, choice });
  const anchor = useRef<string | null>(null);
  useEffect(() => {
    now.current = { keys, choice };
  }, [keys, choice]);
  return useMemo(
    () => ({
      toggle: (key: string, isRange: boolean) => {
        const { keys: all, choice: current } = now.current;
        if (current === undefined) return;
        if (isRange) current.choose(withRange(current.chosen, { keys: all, anchor: anchor.current, key }));
        else current.choose(withToggled(current.chosen, key));
        anchor.current = isRange ? (anchor.current ?? key) : key;
      },
      /** From the row that the cursor leaves on, which is thereby chosen. */
      extend: (key: string, from: string) => {
        const { keys: all, choice: current } = now.current;
        if (current === undefined) return;
        const chosen = new Set(current.chosen).add(from);
        anchor.current = from;
        current.choose(withRange(chosen, { keys: all, anchor: from, key }));
      },
    }),
    [],
  );
}

function useNearEnd(lastDrawn: number, count: number, onNearEnd: ((here: number) => void) | undefined): void {
  const isNear = count > 0 && lastDrawn >= count - 1;
  useEffect(() => {
    if (isNear) onNearEnd?.(count);
  }, [isNear, count, onNearEnd]);
}

function indexesWith(indexes: readonly number[], at: number): number[] {
  return indexes.includes(at) || at < 0 ? [...indexes] : [...indexes, at].sort((left, right) => left - right);
}

/** With the head. */
function rowCountOf(total: number): number {
  return total < 0 ? -1 : total + 1;
}

function gap(key: string, height: number, span: number): ReactNode {
  return (
    <tr key={key} className="virtual-gap" aria-hidden>
      <td colSpan={span} style={{ height }} />
    </tr>
  );
}
