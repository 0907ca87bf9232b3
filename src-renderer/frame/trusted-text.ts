// The one way in which text may become markup: as text that makes no element. The browser asks this policy wherever a library hands
// a string to `innerHTML` and its like (React writes the text of a `<style>` so); what came from a device and got that far is stopped.
// To be loaded before all else that draws.
import { config } from 'zod';

interface PolicyFactory {
  createPolicy(name: 'default', rules: { readonly createHTML: (text: string) => string | null }): unknown;
}

/** Without `<` there is no element, no attribute and no script: it stays text. Null: the browser throws a TypeError there. */
function harmlessMarkup(text: string): string | null {
  return text.includes('<') ? null : text;
}

// A browser without Trusted Types enforces none.
const { trustedTypes } = globalThis as { readonly trustedTypes?: PolicyFactory };
// Neither scripts nor addresses of scripts have a rule: none of them passes.
trustedTypes?.createPolicy('default', { createHTML: harmlessMarkup });
// Where it may, it makes functions out of text; here it would try, be stopped, and the browser would complain.
config({ jitless: true });
