// Where the keyboard is, as a person sees it: on what, whether a ring is drawn there, whether anything covers it.
import type { Page } from 'playwright';
import { expect } from 'vitest';
import { eventually } from './eventually.ts';

/**
 * Fails where somebody at the keyboard would be lost: nothing has the focus, or nothing shows who has it. What a screen puts the
 * focus on when one comes to it (its heading) takes no keys and needs no ring.
 */
export async function expectFocusSeen(page: Page): Promise<void> {
  await eventually(async () => expect(await page.evaluate(focusProblem)).toBeNull());
}

/** In the page. Null: all is well. */
function focusProblem(): string | null {
  const at = document.activeElement;
  if (!(at instanceof HTMLElement) && !(at instanceof SVGElement)) return 'nothing has the focus';
  const name = at.outerHTML.slice(0, 160);
  if (at === document.body || at === document.documentElement) return 'the focus is lost: the whole page has it';
  const box = at.getBoundingClientRect();
  if (box.width === 0 || box.height === 0) return `the focus is on what is not to be seen: ${name}`;
  if (at.tabIndex === -1 && at.matches('h1, h2, h3, main, dialog, [role=tabpanel], [tabindex="-1"]')) return null;

  /** A ring on it or on the frame it is drawn in; a field may also change the colour of its line. */
  const hasRing = (): boolean => {
    for (let here: Element | null = at, up = 0; here !== null && up < 4; here = here.parentElement, up += 1) {
      const { outlineStyle, outlineWidth } = getComputedStyle(here);
      if (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) return true;
    }
    const probe = document.createElement('i');
    probe.style.color = 'var(--house-focus)';
    document.body.append(probe);
    const wanted = getComputedStyle(probe).color;
    probe.remove();
    const { borderTopColor, boxShadow } = getComputedStyle(at);
    return borderTopColor === wanted || boxShadow !== 'none';
  };
  if (!hasRing()) return `nothing shows that this has the focus: ${name}`;

  // Of what is larger than the window, or scrolls in a frame of its own, the part that can be seen.
  const frame = at.closest('.cm-editor') ?? at;
  const shown = frame.getBoundingClientRect();
  const [left, top] = [Math.max(0, shown.left), Math.max(0, shown.top)];
  const width = Math.min(window.innerWidth, shown.right) - left;
  const height = Math.min(window.innerHeight, shown.bottom) - top;
  if (width <= 0 || height <= 0) return `the focus is outside of the window: ${name}`;
  const isHit = (across: number, down: number): boolean => {
    const hit = document.elementFromPoint(left + width * across, top + height * down);
    return (
      hit !== null && (frame.contains(hit) || hit.contains(frame) || hit.closest('label')?.contains(frame) === true)
    );
  };
  const shares = [0.1, 0.5, 0.9];
  const isSeen = shares.some((across) => shares.some((down) => isHit(across, down)));
  return isSeen ? null : `something lies over what has the focus: ${name}`;
}
