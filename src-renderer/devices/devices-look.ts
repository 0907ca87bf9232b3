// How this browser shows the list of devices: its order, its columns, how dense it is, and the views that were saved by name.
import { createKept, fieldOf } from '#renderer/link/kept.ts';
import type { TableOrder } from '#renderer/tables/virtual-table.tsx';

/** The columns that every site has; those of tags are `tag:PATH`. */
export const plainColumns = ['state', 'modules', 'deployments', 'seen'] as const;
export const tagColumn = (path: string): string => `tag:${path}`;
/** Null: it is no column of a tag. */
export const tagOfColumn = (column: string): string | null => (column.startsWith('tag:') ? column.slice(4) : null);

export const densities = ['comfortable', 'compact'] as const;
export type Density = (typeof densities)[number];

export interface SavedView {
  readonly name: string;
  /** The address of the list, `/devices?state=failing`. */
  readonly path: string;
  readonly columns: readonly string[];
  readonly order: TableOrder;
}

interface DevicesLook {
  readonly order: TableOrder;
  /** Beside the id, which is always there. */
  readonly columns: readonly string[];
  readonly density: Density;
  readonly views: readonly SavedView[];
}

export const mostColumns = 12;
const mostViews = 20;
const usualOrder: TableOrder = { column: 'device', direction: 'ascending' };

export const useDevicesLook = createKept<DevicesLook>('lanyard.devices', (kept) => ({
  order: orderIn(fieldOf(kept, 'order')),
  columns: columnsIn(fieldOf(kept, 'columns')),
  density: densities.find((density) => density === fieldOf(kept, 'density')) ?? 'comfortable',
  views: listIn(fieldOf(kept, 'views')).flatMap(viewIn).slice(0, mostViews),
}));

/** By another column; by the same one the other way round. */
export function orderBy(column: string): void {
  useDevicesLook.setState(({ order }) => ({
    order: {
      column,
      direction: order.column === column && order.direction === 'ascending' ? 'descending' : 'ascending',
    },
  }));
}

export function setColumns(columns: readonly string[]): void {
  useDevicesLook.setState({ columns: columns.slice(0, mostColumns) });
}

export function setDensity(density: Density): void {
  useDevicesLook.setState({ density });
}

/** Under a name that is there already, it takes the place of that one. */
export function saveView(name: string, path: string): void {
  useDevicesLook.setState(({ views, columns, order }) => ({
    views: [...views.filter((view) => view.name !== name), { name, path, columns, order }].slice(-mostViews),
  }));
}

export function forgetView(name: string): void {
  useDevicesLook.setState(({ views }) => ({ views: views.filter((view) => view.name !== name) }));
}

function orderIn(kept: unknown): TableOrder {
  const column = fieldOf(kept, 'column');
  if (typeof column !== 'string') return usualOrder;
  return { column, direction: fieldOf(kept, 'direction') === 'descending' ? 'descending' : 'ascending' };
}

function columnsIn(kept: unknown): readonly string[] {
  if (!Array.isArray(kept)) return plainColumns;
  const known = kept.filter(
    (column): column is string =>
      typeof column === 'string' && (plainColumns.some((plain) => plain === column) || tagOfColumn(column) !== null),
  );
  return [...new Set(known)].slice(0, mostColumns);
}

function viewIn(kept: unknown): readonly SavedView[] {
  const [name, path] = [fieldOf(kept, 'name'), fieldOf(kept, 'path')];
  if (typeof name !== 'string' || typeof path !== 'string' || !path.startsWith('/devices')) return [];
  return [{ name, path, columns: columnsIn(fieldOf(kept, 'columns')), order: orderIn(fieldOf(kept, 'order')) }];
}

function listIn(kept: unknown): readonly unknown[] {
  return Array.isArray(kept) ? kept : [];
}
