// Keeps fastify from loading its own validator and serializer: our routes carry no schemas, because zod reads what comes in.
import type { FastifyServerOptions } from 'fastify';
import { broken } from '#base/errors.ts';

/** For every listener's `schemaController`. */
export const withoutSchemas = {
  compilersFactory: { buildValidator: refuseSchema, buildSerializer: refuseSchema },
} satisfies FastifyServerOptions['schemaController'];

function refuseSchema(): never {
  throw broken('A route was given a schema, but this listener was made without what reads them.');
}
