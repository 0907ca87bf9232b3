// What a manifest has wrong that IoT Hub would take: told in a header of the answer, which an unmodified script passes over and a
// person sees with `curl -i`.
import type { FastifyReply } from 'fastify';
import type { Deployment } from '#domain/records/deployment.ts';
import { checkManifest } from '#domain/manifests/manifest-check.ts';
import { problemText } from '#domain/values/problem-text.ts';

/** A header holds some kilobytes; whoever wants all of it checks the file in the console. */
const mostTold = 5;
const longestText = 300;

/** `Lanyard-Warnings: 2; modulesContent.…: it is missing: add "status": "running". | …`; absent when there is nothing to say. */
export function tellWarnings(reply: FastifyReply, deployment: Deployment): void {
  if (deployment.kind !== 'edge') return;
  const { warnings } = checkManifest(deployment.content, { schema: false });
  if (warnings.length === 0) return;
  const texts = warnings.slice(0, mostTold).map((warning) => problemText(warning).slice(0, longestText));
  // Headers hold printable ASCII alone.
  const value = `${warnings.length}; ${texts.join(' | ')}`.replaceAll(/[^ -~]/g, '?');
  void reply.header('lanyard-warnings', value);
}
