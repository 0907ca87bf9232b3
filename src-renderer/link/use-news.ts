// A number that is another one whenever there is news of the device that is looked at: for questions that are asked again then.
import { useEffect, useState } from 'react';
import type { DeviceDetail } from '#contract/console-rows.ts';
import { withBeat } from './page-beat.ts';

/** However fast news comes, the hub is asked again once a second at most. */
const leastMs = 1_000;

export function useNews(detail: DeviceDetail): number {
  const [told, setTold] = useState({ detail, number: 0, atMs: 0 });
  useEffect(() => {
    if (told.detail === detail) return;
    const wait = Math.max(0, told.atMs + leastMs - Date.now());
    const tell = () => setTold(({ number }) => ({ detail, number: number + 1, atMs: Date.now() }));
    const timer = setTimeout(() => withBeat(tell), wait);
    return () => clearTimeout(timer);
  }, [detail, told]);
  return told.number;
}
