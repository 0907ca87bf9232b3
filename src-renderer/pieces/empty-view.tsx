// An empty list: what belongs here, and how to get the first one. Or a whole screen about what is not there: then it has its heading.
import type { ReactNode } from 'react';

export function EmptyView(props: {
  readonly title: string;
  /** There is nothing else on the screen. */
  readonly isScreen?: boolean;
  readonly children: ReactNode;
}) {
  const Heading = props.isScreen === true ? 'h1' : 'h2';
  return (
    <div className="surface empty">
      <Heading>{props.title}</Heading>
      <div>{props.children}</div>
    </div>
  );
}
