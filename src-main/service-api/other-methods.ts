// Paths that are served, asked with a method that is not: a 405 that names those that are, instead of "there is no such path".
import type { FastifyInstance } from 'fastify';
import { refused } from '#base/errors.ts';

/** Path pattern → the methods it is served with. */
type Offered = Map<string, Set<string>>;

/** They stand where an id could stand: refusing their other methods would hide the device of that name. */
const besideIds: ReadonlySet<string> = new Set(['/devices/query', '/configurations/testQueries']);

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

export function refuseOtherMethods(app: FastifyInstance, offered: Offered): void {
  for (const [url, methods] of offered) {
    if (besideIds.has(url)) continue;
    const allowed = [...methods].join(', ');
    app.route({
      url,
      method: app.supportedMethods.filter((method) => !methods.has(method)),
      // A body is not read for a request that is refused whatever it holds.
      onRequest(request, reply) {
        void reply.header('allow', allowed);
        throw refused('request.method', `'${request.method}' cannot be used here: this path takes ${allowed}.`);
      },
      handler: () => undefined,
    });
  }
}
