// What is measured inside the browser, by means of its own: React's commits, long tasks, and how long until a change is painted.
import type { Page } from 'playwright';

interface Probe {
  commits: number;
  longTasksMs: number[];
}
type Probed = typeof globalThis & { probe: Probe };

/** Before the page is loaded. React tells each commit to a developer's tool, in the build that users run too. */
export async function addProbe(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const probe: Probe = { commits: 0, longTasksMs: [] };
    (globalThis as Probed).probe = probe;
    Reflect.set(globalThis, '__REACT_DEVTOOLS_GLOBAL_HOOK__', {
      supportsFiber: true,
      renderers: new Map(),
      inject: () => 1,
      onCommitFiberRoot: () => {
        probe.commits += 1;
      },
      onCommitFiberUnmount() {},
      onPostCommitFiberRoot() {},
    });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) probe.longTasksMs.push(entry.duration);
    }).observe({ type: 'longtask', buffered: true });
  });
}

export const commitsOf = (page: Page): Promise<number> => page.evaluate(() => (globalThis as Probed).probe.commits);

/** The tasks over 50 ms since the last call. */
export const takeLongTasks = (page: Page): Promise<readonly number[]> =>
  page.evaluate(() => (globalThis as Probed).probe.longTasksMs.splice(0));

/** From the click on a column's head until the rows in their new order are painted. */
export function timeSort(page: Page, column: string): Promise<number> {
  return page.evaluate(async (word) => {
    const head = [...document.querySelectorAll<HTMLElement>('.virtual th button')].find(
      (button) => button.textContent === word,
    );
    if (head === undefined) throw new Error(`there is no column ${word}`);
    const startedAtMs = performance.now();
    head.click();
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
    return performance.now() - startedAtMs;
  }, column);
}

/** From the last letter typed until another number of rows is told and painted. */
export function timeFilter(page: Page, words: string): Promise<number> {
  return page.evaluate(async (text) => {
    const input = document.querySelector<HTMLInputElement>('#find-devices');
    const table = document.querySelector('.virtual table');
    if (input === null || table === null) throw new Error('there is no list');
    const before = table.getAttribute('aria-rowcount');
    const startedAtMs = performance.now();
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, text);
    input.dispatchEvent(new Event('input', { bubbles: true }));
    while (document.querySelector('.virtual table')?.getAttribute('aria-rowcount') === before)
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
    return performance.now() - startedAtMs;
  }, words);
}

/** From the click on one of the tabs above a list until the rows of it are painted. */
export function timePart(page: Page, word: string): Promise<number> {
  return page.evaluate(async (text) => {
    const tab = [...document.querySelectorAll<HTMLElement>('main .tabs a')].find((link) =>
      link.textContent?.startsWith(text),
    );
    if (tab === undefined) throw new Error(`there is no tab ${text}`);
    const startedAtMs = performance.now();
    tab.click();
    do await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
    while (document.querySelector('main .tabs a[aria-current=true]')?.textContent?.startsWith(text) !== true);
    return performance.now() - startedAtMs;
  }, word);
}

/** Scrolls through `screens` screens of rows, a part of one at every frame; resolves with the frames' times. */
export function scrollRows(page: Page, frames: number, pixels: number): Promise<readonly number[]> {
  return page.evaluate(
    async ([count, step]) => {
      const scroller = document.querySelector<HTMLElement>('.virtual');
      if (scroller === null) throw new Error('there is no list');
      const times: number[] = [];
      let before = performance.now();
      for (let frame = 0; frame < count; frame += 1) {
        scroller.scrollTop += step;
        await new Promise((resolve) => requestAnimationFrame(resolve));
        times.push(performance.now() - before);
        before = performance.now();
      }
      return times;
    },
    [frames, pixels] as const,
  );
}
