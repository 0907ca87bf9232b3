// Who works by keyboard is never thrown to the beginning of the page: when what has the focus goes (a button that gives way to its
// answer, a dialog whose opener is gone), the focus goes to what stands nearest to where it was; a button that was busy has it again.

const stops =
  'button:not(:disabled), a[href], input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary, [tabindex="0"]';

interface Place {
  readonly element: Element;
  /** All that it was in, the nearest first: they may go with it. */
  readonly within: readonly Element[];
  /** A ring was drawn there: it may be scrolled to. */
  readonly isByKeys: boolean;
}

/** Returns how to end it. */
export function keepFocus(): () => void {
  let last: Place | null = null;

  function come({ target }: FocusEvent): void {
    if (!(target instanceof Element)) return;
    const within: Element[] = [];
    for (let up = target.parentElement; up !== null; up = up.parentElement) within.push(up);
    last = { element: target, within, isByKeys: target.matches(':focus-visible') };
  }

  function leave(): void {
    const left = last;
    // What is still there was left on purpose, a click beside everything, unless it is only busy.
    queueMicrotask(() => {
      if (last === left && left?.element.isConnected === true && !left.element.matches(':disabled')) last = null;
    });
  }

  function look(): void {
    if (last === null || document.activeElement !== document.body) return;
    const { element, within, isByKeys } = last;
    if (element.isConnected && element.matches(':disabled')) return;
    last = null;
    const next = element instanceof HTMLElement && element.isConnected ? element : stopNear(within);
    next?.focus({ preventScroll: !isByKeys });
  }

  const changes = new MutationObserver(look);
  changes.observe(document.body, { childList: true, subtree: true, attributeFilter: ['disabled'] });
  document.addEventListener('focusin', come);
  document.addEventListener('focusout', leave);
  return () => {
    changes.disconnect();
    document.removeEventListener('focusin', come);
    document.removeEventListener('focusout', leave);
  };
}

/** In what is left of where it was; of a whole screen its heading, which is where one arrives. */
function stopNear(within: readonly Element[]): HTMLElement | null {
  for (const element of within) {
    if (!element.isConnected) continue;
    if (element.matches('main, body')) break;
    const stop = [...element.querySelectorAll<HTMLElement>(stops)].find((one) => one.checkVisibility());
    if (stop !== undefined) return stop;
  }
  const main = document.querySelector<HTMLElement>('main');
  const head = main?.querySelector<HTMLElement>('h1') ?? null;
  if (head !== null) head.tabIndex = -1;
  return head ?? main;
}
