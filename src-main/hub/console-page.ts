// Serves the built page to a browser: `index.html` with a fresh style nonce, its assets, and the headers that keep it closed.
import { randomBytes } from 'node:crypto';
import { promises as files } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

// What the build writes where the nonce belongs (electron.vite.config.ts, `cspNonce`).
const noncePlaceholder = 'STYLE-NONCE';

/** Mantine writes `<style>` elements at run time; the nonce admits those and nothing else inline. */
function contentSecurityPolicy(authority: string, nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    `connect-src 'self' ws://${authority}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

export function addSafetyHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers({
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': 'camera=(), geolocation=(), microphone=()',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cache-control': 'no-store',
    });
  });
}

export async function servePage(
  app: FastifyInstance,
  options: { readonly rendererDir: string; readonly authority: () => string },
): Promise<void> {
  const { rendererDir, authority } = options;
  await app.register(fastifyStatic, {
    root: join(rendererDir, 'assets'),
    prefix: '/assets/',
    index: false,
    dotfiles: 'deny',
    // File names carry a hash of their content.
    immutable: true,
    maxAge: '30d',
  });
  app.get('/', async (_request, reply) => {
    // A page that was never built is an ordinary state of a source checkout, and is told as such.
    const html = await files.readFile(join(rendererDir, 'index.html'), 'utf8').catch(() => null);
    if (html === null) {
      return reply.code(503).type('text/plain').send('The page is not built yet: run "npm run build", then reload.\n');
    }
    const nonce = randomBytes(16).toString('base64');
    return reply
      .header('content-security-policy', contentSecurityPolicy(authority(), nonce))
      .type('text/html; charset=utf-8')
      .send(html.replaceAll(noncePlaceholder, nonce));
  });
}
