// Deployments as IoT Hub configurations, a manifest set on one device, and the check of conditions before they are saved.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { refused } from '#base/errors.ts';
import type { DeploymentId } from '#base/ids.ts';
import type { Result } from '#base/result.ts';
import { configurationBody, contentBody, testQueriesBody } from '#contract/service-api-schemas.ts';
import { parseCondition } from '#domain/condition.ts';
import { parseDeviceQuery } from '#domain/device-query.ts';
import type { Deployment } from '#domain/deployment.ts';
import { problemsText } from '#domain/problem-text.ts';
import { configurationJson, deploymentIdOf, modulesContentFrom, newDeploymentFrom } from './configuration-json.ts';
import { readBody } from './request-body.ts';
import { checkSameId, deviceIdOf, ifMatchOf, withEtag, type RouteParts } from './route-parts.ts';

export function addConfigurationRoutes(app: FastifyInstance, { hub }: RouteParts): void {
  const asJson = (deployment: Deployment) => configurationJson(deployment, hub.deployments.counts(deployment.id));

  app.get('/configurations', () => hub.deployments.list().map(asJson));
  app.get('/configurations/', () => hub.deployments.list().map(asJson));
  app.get('/configurations/:id', (request, reply) => {
    const deployment = hub.deployments.get(pathIdOf(request));
    return reply.send(withEtag(reply, deployment.version, asJson(deployment)));
  });
  app.put('/configurations/:id', (request, reply) => {
    const id = pathIdOf(request);
    const body = readBody(configurationBody, request.body);
    checkSameId(id, body.id, 'id');
    const wanted = newDeploymentFrom(id, body);
    const ifMatch = ifMatchOf(request);
    const deployment =
      ifMatch === undefined
        ? hub.deployments.create(wanted, 'service')
        : hub.deployments.update(wanted, ifMatch, 'service');
    return reply.send(withEtag(reply, deployment.version, asJson(deployment)));
  });
  app.delete('/configurations/:id', (request, reply) => {
    hub.deployments.delete(pathIdOf(request), ifMatchOf(request), 'service');
    return reply.code(204).send();
  });
  app.post('/configurations/testQueries', (request) => {
    const { targetCondition, customMetricQueries } = readBody(testQueriesBody, request.body);
    const queries = Object.entries(customMetricQueries ?? {});
    return {
      targetConditionError: targetCondition ? problemOf(parseCondition(targetCondition)) : null,
      customMetricQueryErrors: Object.fromEntries(
        queries.flatMap(([name, query]) => {
          const problem = problemOf(parseDeviceQuery(query));
          return problem === null ? [] : [[name, problem]];
        }),
      ),
    };
  });
  app.post('/devices/:deviceId/applyConfigurationContent', (request, reply) => {
    const deviceId = deviceIdOf(request);
    const content = readBody(contentBody, request.body);
    if (content.modulesContent === undefined && content.deviceContent === undefined)
      throw refused(
        'deployment.content',
        'The body must be {"modulesContent": {…}}: it has neither modules nor settings.',
      );
    hub.deployments.applyContent(deviceId, modulesContentFrom(content), 'service');
    return reply.code(204).send();
  });
}

function pathIdOf(request: FastifyRequest): DeploymentId {
  const { id = '' } = request.params as { readonly id?: string };
  return deploymentIdOf(id);
}

function problemOf(result: Result<unknown>): string | null {
  return result.ok ? null : problemsText(result.problems);
}
