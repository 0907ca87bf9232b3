// Paths that are served, asked with a method that is not: a 405 that names those that are, instead of "there is no such path".
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { refused } from '#base/errors.ts';

/** Path pattern → the methods it is served with. */
type Offered = Map<string, Set<string>>;

/** Fills with every route that is added to `app` from now on. */
export function collectOffered(app: FastifyInstance): Offered {
  const offered: Offered = new Map();
  app.addHook('onRoute', ({ url, method }) => {
    const methods = offered.get(url) ?? new Set();
    for (const one of [method].flat()) methods.add(one);
    offered.set(url, methods);
  });
  return offered;
}

/**
 * Throws when no route took the request but its path is served with other methods. Asked only then: a route of its own for
 * each refused method would cost a start more than all the routes that are served.
 */
export function refuseOtherMethod(
  { request, reply, path }: { readonly request: FastifyRequest; readonly reply: FastifyReply; readonly path: string },
  offered: Offered,
): void {
  if (!request.is404) return;
  const allowed = new Set([...offered].flatMap(([pattern, methods]) => (isPathOf(pattern, path) ? [...methods] : [])));
  if (allowed.size === 0) return;
  const names = [...allowed].join(', ');
  void reply.header('allow', names);
  throw refused('request.method', `'${request.method}' cannot be used here: this path takes ${names}.`);
}

function isPathOf(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const given = path.split('/');
  return (
    wanted.length === given.length &&
    wanted.every((part, index) => (part.startsWith(':') ? given[index] !== '' : part === given[index]))
  );
}
