// One row of a virtual table. Drawn again only when its own row, choice or place changed: a flush costs the rows it names.
import { memo, type MouseEvent, type ReactNode } from 'react';
import { safeText } from '#renderer/words/safe-text.ts';

export interface TableColumn<Row> {
  readonly id: string;
  /** The head, in words. */
  readonly word: string;
  /** In px; absent: it shares what the others leave. */
  readonly width?: number | undefined;
  readonly isNumber?: boolean;
  readonly isSortable?: boolean;
  /** The same function as long as it draws the same: a new one draws every row again. */
  readonly cell: (row: Row) => ReactNode;
}

export interface VirtualRowProps<Row> {
  readonly row: Row;
  readonly rowKey: string;
  readonly index: number;
  readonly noun: string;
  readonly columns: readonly TableColumn<Row>[];
  readonly isCursor: boolean;
  /** Null: rows of this table are not chosen. */
  readonly isChosen: boolean | null;
  readonly onChoose: (key: string, isRange: boolean) => void;
  readonly measure: ((element: HTMLElement | null) => void) | undefined;
}

function VirtualRowPlain<Row>(props: VirtualRowProps<Row>) {
  const { row, rowKey, index, noun, columns, isCursor, isChosen, onChoose, measure } = props;
  return (
    <tr
      ref={measure}
      data-index={index}
      {...{ [`data-${noun}`]: rowKey }}
      aria-rowindex={index + 2}
      aria-selected={isChosen ?? undefined}
      tabIndex={isCursor ? 0 : -1}
    >
      {isChosen !== null && (
        <td className="virtual-choice">
          <label>
            <input
              type="checkbox"
              tabIndex={-1}
              checked={isChosen}
              aria-label={`Choose ${safeText(rowKey)}`}
              onClick={(event: MouseEvent) => onChoose(rowKey, event.shiftKey)}
              onChange={nothingMore}
            />
          </label>
        </td>
      )}
      {columns.map((column) => (
        <td key={column.id} className={column.isNumber === true ? 'number' : undefined}>
          {column.cell(row)}
        </td>
      ))}
    </tr>
  );
}

/** The click has said it all, and it knows about Shift. */
function nothingMore(): void {}

export const VirtualRow = memo(VirtualRowPlain) as typeof VirtualRowPlain;
