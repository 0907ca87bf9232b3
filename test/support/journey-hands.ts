// The two ways a person works the page: with a mouse, or with the keyboard alone. A journey is told once and done with either.
import type { Locator, Page } from 'playwright';
import { expect } from 'vitest';
import { eventually } from './eventually.ts';
import { expectFocusSeen } from './journey-focus.ts';

export interface Hands {
  readonly name: 'the mouse' | 'the keyboard alone';
  /** Presses a button, follows a link, opens a row, turns a box over. */
  press(target: Locator): Promise<void>;
  /** This text instead of what stands in the field. */
  write(field: Locator, text: string): Promise<void>;
  /** From a list of choices, by its words. */
  choose(list: Locator, option: string): Promise<void>;
  /** To a screen by its name in the rail. */
  goTo(screen: string): Promise<void>;
}

export function mouseHands(page: Page): Hands {
  return {
    name: 'the mouse',
    press: (target) => target.click(),
    async write(field, text) {
      await field.click();
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.type(text);
    },
    async choose(list, option) {
      await list.selectOption({ label: option });
    },
    goTo: (screen) => page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: screen }).click(),
  };
}

/** No click, and no focus but by keys: `reach` goes there as a person does who looks where the ring is. */
export function keyboardHands(page: Page): Hands {
  const { keyboard } = page;
  const hands: Hands = {
    name: 'the keyboard alone',
    async press(target) {
      await reach(page, target);
      const isBox = await target.evaluate((element) => element.matches('input[type=checkbox], input[type=radio]'));
      await keyboard.press(isBox ? 'Space' : 'Enter');
      // Whatever came of it: somebody at the keyboard has to know where they are now.
      await expectFocusSeen(page);
    },
    async write(field, text) {
      await reach(page, field);
      await keyboard.press('ControlOrMeta+A');
      await keyboard.type(text);
    },
    async choose(list, option) {
      await reach(page, list);
      const shown = () => list.evaluate((element: HTMLSelectElement) => element.selectedOptions[0]?.label);
      const count = await list.evaluate((element: HTMLSelectElement) => element.options.length);
      await keyboard.press('Home');
      for (let pressed = 0; pressed < count && (await shown()) !== option; pressed += 1)
        await keyboard.press('ArrowDown');
      expect(await shown()).toBe(option);
    },
    async goTo(screen) {
      await keyboard.press('Control+K');
      const field = page.getByRole('dialog').getByRole('combobox');
      await field.waitFor();
      await keyboard.type(screen);
      await page.getByRole('option', { name: new RegExp(`^Go to\\s*${screen}`), selected: true }).waitFor();
      await keyboard.press('Enter');
      await field.waitFor({ state: 'detached' });
      await expectFocusSeen(page);
    },
  };
  return hands;
}

const mostKeys = 250;

/** Tab towards it, arrows within what has one place for Tab (tabs, rows, radios); each key must show where it led. */
async function reach(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  await eventually(async () => expect(await target.isEnabled()).toBe(true));
  const handle = await target.elementHandle();
  if (handle === null) throw new Error(`${target.toString()} is gone`);
  const way: string[] = [];
  let isAmong = false;
  while (way.length < mostKeys) {
    const key: string | null = await handle.evaluate(nextKey, isAmong);
    if (key === null) {
      await expectFocusSeen(page);
      return;
    }
    if (key === 'gone') return reach(page, target);
    // Between two places of Tab lies one that arrows lead to.
    isAmong = isAmong || turnsBack(way, key);
    way.push(key);
    await page.keyboard.press(key);
    await expectFocusSeen(page);
  }
  throw new Error(`${target.toString()} is not reached by keys: ${way.slice(-12).join(' ')}`);
}

function turnsBack(way: readonly string[], key: string): boolean {
  const last = way.at(-1);
  return (last === 'Tab' && key === 'Shift+Tab') || (last === 'Shift+Tab' && key === 'Tab');
}

/** In the page: the key that brings the focus nearer to it; null: it has it. */
function nextKey(target: Element, isAmong: boolean): string | null {
  if (!target.isConnected) return 'gone';
  const at = document.activeElement ?? document.body;
  if (at === target || (target.contains(at) && target.matches('.cm-editor, .code-editor'))) return null;
  const isBehind = (at.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
  const sets =
    '[role=tablist], [role=radiogroup], [role=listbox], [role=menu], [role=tree], [role=toolbar], [role=grid], table, fieldset';
  const set = at.closest(sets);
  if (set !== null && set.contains(target) && set.matches('[role=grid]')) {
    const from = at.closest('tbody tr');
    const to = target.closest('tbody tr');
    if (at === from && to !== null && from !== to) return isBehind ? 'ArrowDown' : 'ArrowUp';
  } else if (set !== null && set.contains(target) && (isAmong || set.matches('[role=tablist]'))) {
    const isLine = set.matches('[role=tablist], [role=toolbar]');
    return isBehind ? (isLine ? 'ArrowRight' : 'ArrowDown') : isLine ? 'ArrowLeft' : 'ArrowUp';
  }
  return isBehind ? 'Tab' : 'Shift+Tab';
}
