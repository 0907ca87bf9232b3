// The one store of what the hub said. Only the reducer writes it; views read it by selector.
import { create } from 'zustand';
import { emptyProjection, type Projection, type ProjectionEvent, project } from './projection.ts';
import { tickIfDue } from './view-store.ts';

export const useProjection = create<Projection>(() => emptyProjection);

export function dispatch(event: ProjectionEvent): void {
  useProjection.setState((state) => project(state, event), true);
  if (event.type === 'flushed') tickIfDue();
}
