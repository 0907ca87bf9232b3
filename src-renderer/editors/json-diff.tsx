// Two JSON texts side by side, with what differs marked; a chunk of its own, loaded when the first one is shown.
import { lazy, Suspense } from 'react';
import { loadPart } from '#renderer/link/load-part.ts';

export interface JsonDiffProps {
  readonly before: string;
  readonly after: string;
  /** What stands left: "Now". */
  readonly beforeTitle: string;
  /** What stands right: "With this deployment". */
  readonly afterTitle: string;
  /** Sizes it: the panes scroll together within the height of this class. */
  readonly className?: string;
}

const Surface = lazy(async () => ({
  default: (await loadPart(() => import('./json-diff-surface.tsx'))).JsonDiffSurface,
}));

export function JsonDiff(props: JsonDiffProps) {
  return (
    <Suspense fallback={<p className="dimmed">Loading the comparison …</p>}>
      <Surface {...props} />
    </Suspense>
  );
}
