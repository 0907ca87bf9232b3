// Debian's Chromium, driven by playwright: the same engine line as the desktop window's.
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright';

const program = '/usr/bin/chromium';

/** Why no browser test can run here; null when one can. */
export const browserMissing = existsSync(program) ? null : `${program} is not installed`;

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: program,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
