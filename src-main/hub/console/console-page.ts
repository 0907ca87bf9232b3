// Serves the built page to a browser: `index.html` with a fresh style nonce, its assets, and the headers that keep it closed.
import { randomBytes } from 'node:crypto';
import { promises as files } from 'node:fs';
import { extname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';

// What the build writes where the nonce belongs (electron.vite.config.ts, `cspNonce`).
const noncePlaceholder = 'STYLE-NONCE';

/**
 * Mantine writes `<style>` elements at run time; the nonce admits those and nothing else inline. No text becomes markup or a script
 * unless the page's one policy lets it pass (src-renderer/frame/trusted-text.ts), and no second policy can be made.
 */
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
    "require-trusted-types-for 'script'",
    'trusted-types default',
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

export function servePage(
  app: FastifyInstance,
  options: { readonly rendererDir: string; readonly authority: () => string },
): void {
  const { rendererDir, authority } = options;
  serveAssets(app, join(rendererDir, 'assets'));
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

/** The kinds of files the build writes. */
const mediaTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** A file server for any folder would be a tenth of what a start loads: this folder is flat, and its files are small. */
function serveAssets(app: FastifyInstance, dir: string): void {
  app.get('/assets/:name', async (request, reply) => {
    const { name } = request.params as { readonly name: string };
    const type = mediaTypes[extname(name)];
    // The name of a file in this very folder, never a path or a hidden file.
    const isPlain = /^\w[\w.-]*$/.test(name);
    const content = type !== undefined && isPlain ? await files.readFile(join(dir, name)).catch(() => null) : null;
    if (type === undefined || content === null) return reply.callNotFound();
    // File names carry a hash of their content.
    return reply.headers({ 'content-type': type, 'cache-control': 'public, max-age=2592000, immutable' }).send(content);
  });
}
