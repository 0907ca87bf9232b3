// A count that leads to its devices: it sets the filter of the list, and asks for the list to be brought into sight.
import { createContext, type ReactNode, useContext } from 'react';
import { Link } from 'wouter';
import { partPath, type RolloutFilter } from './rollout-filter.ts';

/** Asks for the list, also where its filter stays the same. */
export const FollowCount = createContext<() => void>(() => undefined);

export function CountLink(props: {
  readonly deploymentId: string;
  readonly filter: RolloutFilter;
  readonly className?: string;
  readonly children: ReactNode;
}) {
  const follow = useContext(FollowCount);
  return (
    <Link
      href={partPath(props.deploymentId, props.filter)}
      className={props.className ?? 'plain-link'}
      onClick={follow}
    >
      {props.children}
    </Link>
  );
}
