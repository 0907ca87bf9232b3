// The Images screen in a browser: over the listener of a console, and files dropped on it as a file manager drops them.
import type { Page } from 'playwright';
import type { ConsoleImages } from '#contract/console-images.ts';
import { createConsoleListener } from '#hub/console/console-listener.ts';
import { createConsoleOperations } from './console-operations.ts';
import { type ConsoleSite, silentLog } from './console-site.ts';
import { aSiteDesk } from './site-desk-double.ts';
import { theSiteFacts } from './site-facts.ts';

/** Returns how to close it. */
export async function openImageScreen(options: {
  readonly page: Page;
  readonly images: ConsoleImages;
  readonly site: Pick<ConsoleSite, 'store' | 'clock'>;
  readonly pageDir: string;
  readonly path: string;
}): Promise<() => Promise<void>> {
  const { page, images, site, pageDir, path } = options;
  const listener = createConsoleListener({
    store: site.store,
    clock: site.clock,
    failureOf: () => undefined,
    hub: createConsoleOperations(site),
    images,
    siteDesk: aSiteDesk(site).console,
    host: '127.0.0.1',
    port: 0,
    rendererDir: pageDir,
    log: silentLog,
    site: () => theSiteFacts,
  });
  const { url } = await listener.start();
  await page.goto(url);
  const place = page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: /^Images/ });
  // Networks of containers that come and go beside it end requests of a browser (ERR_NETWORK_CHANGED): it is loaded once more.
  await place.waitFor({ timeout: 10_000 }).catch(() => page.reload());
  await place.waitFor();
  await page.goto(`${new URL(url).origin}/#${path}`);
  return () => listener.stop();
}

export async function dropFile(page: Page, name: string, content: Buffer): Promise<void> {
  const files = await page.evaluateHandle(
    ([base64, fileName]) => {
      const transfer = new DataTransfer();
      const bytes = Uint8Array.from(atob(base64 ?? ''), (letter) => letter.codePointAt(0) ?? 0);
      transfer.items.add(new File([bytes], fileName ?? ''));
      return transfer;
    },
    [content.toString('base64'), name],
  );
  await page.dispatchEvent('.drop', 'dragover', { dataTransfer: files });
  await page.getByText('Drop to import').waitFor();
  await page.dispatchEvent('.drop', 'drop', { dataTransfer: files });
}
