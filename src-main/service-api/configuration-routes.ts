// Deployments as IoT Hub configurations, a manifest set on one device, and the check of conditions before they are saved.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { DeploymentId } from '#base/ids.ts';
import { configurationBody, contentBody, testQueriesBody } from '#contract/service-api-schemas.ts';
import type { Deployment } from '#domain/records/deployment.ts';
import { testQueries } from '#hub/operations/deployment-checks.ts';
import { configurationJson, directContentFrom, givenDeploymentFrom } from './configuration-json.ts';
import { tellWarnings } from './manifest-warnings.ts';
import { readBody } from './request-body.ts';
import { checkSameId, deviceIdOf, ifMatchOf, withEtag, type RouteParts } from './route-parts.ts';

export function addConfigurationRoutes(app: FastifyInstance, { hub }: RouteParts): void {
  const asJson = async (deployments: readonly Deployment[]) => {
    const metrics = await hub.metrics.of(deployments);
    return deployments.map((deployment) => configurationJson(deployment, metrics.get(deployment.id)));
  };

  app.get('/configurations', () => asJson(hub.deployments.list()));
  app.get('/configurations/', () => asJson(hub.deployments.list()));
  app.get('/configurations/:id', async (request, reply) => {
    const deployment = hub.deployments.get(pathIdOf(request));
    const [json] = await asJson([deployment]);
    return reply.send(withEtag(reply, deployment.version, json));
  });
  app.put('/configurations/:id', (request, reply) => {
    const id = pathIdOf(request);
    const body = readBody(configurationBody, request.body);
    checkSameId(id, body.id, 'id');
    const wanted = givenDeploymentFrom(id, body);
    const ifMatch = ifMatchOf(request);
    const deployment =
      ifMatch === undefined
        ? hub.deployments.create(wanted, 'service')
        : hub.deployments.update(wanted, ifMatch, 'service');
    tellWarnings(reply, deployment);
    // Nobody waits for its counts here: they change with every device that it reaches, from now on.
    const metrics = { ...hub.metrics.glance(deployment), custom: {} };
    return reply.send(withEtag(reply, deployment.version, configurationJson(deployment, metrics)));
  });
  app.delete('/configurations/:id', (request, reply) => {
    hub.deployments.delete(pathIdOf(request), ifMatchOf(request), 'service');
    return reply.code(204).send();
  });
  app.post('/configurations/testQueries', (request) => {
    const { targetCondition, customMetricQueries } = readBody(testQueriesBody, request.body);
    const tested = testQueries(targetCondition ?? '', customMetricQueries ?? {});
    return { targetConditionError: tested.targetConditionError, customMetricQueryErrors: tested.metricQueryErrors };
  });
  app.post('/devices/:deviceId/applyConfigurationContent', (request, reply) => {
    const content = directContentFrom(readBody(contentBody, request.body));
    hub.deployments.applyContent(deviceIdOf(request), content, 'service');
    return reply.code(204).send();
  });
}

/** As it came: what can be no id names no deployment, and cannot be given to a new one. */
function pathIdOf(request: FastifyRequest): DeploymentId {
  const { id = '' } = request.params as { readonly id?: string };
  return id as DeploymentId;
}
