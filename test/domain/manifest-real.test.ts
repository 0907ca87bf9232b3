// Manifests as people really deploy them pass the whole check, and nothing is said of them.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { checkFileDeployment } from '#domain/deployments/deployment-file-check.ts';
import { usualDeploymentLimits } from '#domain/deployments/deployment-limits.ts';
import { parseJson } from '#domain/values/deployment-file-json.ts';
import { readDeploymentFile } from '#domain/deployments/deployment-file.ts';
import { checkManifest } from '#domain/manifests/manifest-check.ts';
import {
  aHubSection,
  aManifest,
  aModuleEntry,
  anAgentSection,
  aSystemModules,
  inAgent,
  inHub,
  withAgent,
  withHub,
  withModule,
} from '#test/support/build-manifest.ts';

const check = (content: unknown) => checkManifest(content, { schema: true });

const real: readonly [string, JsonObject][] = [
  ['a whole manifest of schema 1.1', aManifest()],
  [
    'a quickstart of schema 1.0 with empty options',
    {
      $edgeAgent: {
        'properties.desired': anAgentSection({
          schemaVersion: '1.0',
          runtime: { type: 'docker', settings: { minDockerVersion: 'v1.25', loggingOptions: '' } },
          modules: { SimulatedTemperatureSensor: aModuleEntry({}, { createOptions: '' }) },
        }),
      },
      $edgeHub: { 'properties.desired': aHubSection({ schemaVersion: '1.0' }) },
    },
  ],
  [
    'routes with priorities between modules',
    aManifest({
      agent: { modules: { sensor: aModuleEntry({ startupOrder: 2 }), filter: aModuleEntry({ startupOrder: 1 }) } },
      hub: {
        routes: {
          sensorToFilter: {
            route:
              'FROM /messages/modules/sensor/outputs/temperatureOutput INTO BrokeredEndpoint("/modules/filter/inputs/input1")',
            priority: 0,
            timeToLiveSecs: 1800,
          },
          alerts: { route: "FROM /messages/modules/filter/outputs/* WHERE level = 'alert' INTO $upstream" },
          lower: 'from /messages/* into $upstream',
        },
      },
    }),
  ],
  [
    'an edge hub that binds its three ports',
    withAgent({
      systemModules: aSystemModules({
        edgeHub: {
          startupOrder: 0,
          env: { OptimizeForPerformance: { value: false }, mqttSettings__enabled: { value: 'true' } },
          settings: {
            image: 'mcr.local/azureiotedge-hub:1.5',
            createOptions: JSON.stringify({
              HostConfig: {
                PortBindings: {
                  '443/tcp': [{ HostPort: '443' }],
                  '5671/tcp': [{ HostPort: '5671' }],
                  '8883/tcp': [{ HostPort: '8883' }],
                },
              },
            }),
          },
        },
        edgeAgent: {
          imagePullPolicy: 'on-create',
          env: { RuntimeLogLevel: { value: 'debug' }, SendRuntimeQualityTelemetry: { value: false } },
        },
      }),
    }),
  ],
  [
    'create options in numbered parts',
    withModule(
      aModuleEntry(
        {},
        { createOptions: '{"HostConfig":{"Binds":[', createOptions01: '"/var/data:/data"', createOptions02: ']}}' },
      ),
    ),
  ],
  [
    'credentials of a private registry',
    withAgent({
      runtime: {
        type: 'docker',
        settings: {
          minDockerVersion: 'v1.25',
          loggingOptions: '',
          registryCredentials: { site: { username: 'edge', password: 'pa$$word', address: 'registry.local:5000' } },
        },
      },
    }),
  ],
  [
    'modules with settings and numbers in variables',
    aManifest({
      agent: {
        modules: { filter: aModuleEntry({ env: { LIMIT: { value: 25 }, ON: { value: true }, T: { value: '' } } }) },
      },
      settings: { filter: { schemaVersion: '1.0', TemperatureThreshold: 21, list: [1, { a: 'b' }] } },
    }),
  ],
  [
    'a publisher with a command line, by digest',
    withModule(
      aModuleEntry(
        { imagePullPolicy: 'never', version: '2.9' },
        {
          image: `mcr.local:5000/iotedge/opc-publisher@sha256:${'a'.repeat(64)}`,
          createOptions: '{"Hostname": "publisher", "Cmd": ["--pf=/appdata/pn.json", "--aa"], "NetworkingConfig": {}}',
        },
      ),
    ),
  ],
  [
    'a signed manifest',
    withAgent({ integrity: { header: { cert1: 'x' }, signature: { bytes: 'y', algorithm: 'ES256' } } }),
  ],
  [
    'limits of the store',
    withHub({
      schemaVersion: '1.3',
      storeAndForwardConfiguration: { timeToLiveSecs: -1, storeLimits: { maxSizeBytes: 1e9 } },
    }),
  ],
  ['no routes and no modules', aManifest({ agent: { modules: {} }, hub: { routes: {} } })],
  ['no edge hub section', { $edgeAgent: { 'properties.desired': anAgentSection({ schemaVersion: '1.1.0' }) } }],
  [
    'a layer with a module, a route and settings',
    {
      $edgeAgent: { 'properties.desired.modules.extra': aModuleEntry({ env: { A: { value: 'b' } } }) },
      $edgeHub: { 'properties.desired.routes.extra': 'FROM /messages/modules/extra/outputs/* INTO $upstream' },
      extra: { 'properties.desired.layeredProperties': { SendData: true, SendInterval: 5 } },
    },
  ],
  ['a layer of routes only', inHub('routes.r', { route: 'FROM /* INTO $upstream', priority: 9, timeToLiveSecs: 0 })],
  [
    'a layer of credentials',
    inAgent('runtime.settings.registryCredentials.site', { username: 'u', password: 'p', address: 'a' }),
  ],
  ['a layer of one variable', inAgent('modules.camera.env.RATE', { value: 5 })],
  ['a layer of one value of a variable', inAgent('modules.camera.env.RATE.value', 5)],
  ['a layer of one image', inAgent('modules.camera.settings.image', 'camera:2')],
  ['a layer of one part of the options', inAgent('modules.camera.settings.createOptions01', '"x":1}')],
  ['a layer of a variable of the edge hub', inAgent('systemModules.edgeHub.env.X', { value: '1' })],
  ['a layer of a route priority', inHub('routes.r.priority', 3)],
  ['a layer of how long messages are kept', inHub('storeAndForwardConfiguration.timeToLiveSecs', 60)],
  [
    'a layer that removes',
    {
      $edgeAgent: { 'properties.desired.modules.camera': null, 'properties.desired.modules.b.env.X': null },
      $edgeHub: { 'properties.desired.routes.r': null },
    },
  ],
  ['a layer of settings only', { $edgeAgent: {}, camera: { 'properties.desired.a.b': 1 } }],
  [
    'null values, which are not there',
    withModule(aModuleEntry({ env: null, imagePullPolicy: null }, { createOptions: null })),
  ],
];

describe('what people deploy', () => {
  test.each(real)('when it is %s, nothing is said', (_title, content) => {
    expect(check(content)).toEqual({ problems: [], warnings: [] });
  });
});

describe('what comes with the product', () => {
  const dir = new URL('../../resources/demo/', import.meta.url);
  test.each(readdirSync(dir))('when %s is imported, nothing is said', (name) => {
    const document = parseJson(readFileSync(new URL(name, dir), 'utf8'));
    const file = document.ok ? readDeploymentFile(document.value) : document;
    expect(
      file.ok && file.value.deployments.map((item) => checkFileDeployment(item, {}, usualDeploymentLimits)),
    ).toMatchObject([{ problems: [], warnings: [] }]);
  });
});
