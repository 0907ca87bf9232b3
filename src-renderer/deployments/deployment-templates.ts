// What a new deployment can begin with: whole documents as the editor shows them, and as the az CLI takes them.
import type { JsonObject } from '#base/json.ts';

interface DeploymentTemplate {
  readonly key: string;
  readonly title: string;
  readonly meaning: string;
  readonly document: JsonObject;
}

const system = {
  edgeAgent: {
    type: 'docker',
    settings: { image: 'mcr.microsoft.com/azureiotedge-agent:1.5', createOptions: '{}' },
  },
  edgeHub: {
    type: 'docker',
    status: 'running',
    restartPolicy: 'always',
    settings: { image: 'mcr.microsoft.com/azureiotedge-hub:1.5', createOptions: '{}' },
  },
} as const;

const runtime = { type: 'docker', settings: { minDockerVersion: 'v1.25', loggingOptions: '' } } as const;

export const deploymentTemplates: readonly DeploymentTemplate[] = [
  {
    key: 'base',
    title: 'A base with one module',
    meaning: 'Everything a device needs: agent, edge hub and one module of yours. Begin with it on a new site.',
    document: {
      id: 'site-base',
      priority: 10,
      targetCondition: "tags.environment = 'production'",
      labels: {},
      content: {
        modulesContent: {
          $edgeAgent: {
            'properties.desired': {
              schemaVersion: '1.1',
              runtime,
              systemModules: system,
              modules: {
                camera: {
                  version: '1.0',
                  type: 'docker',
                  status: 'running',
                  restartPolicy: 'always',
                  settings: { image: 'camera:1.0', createOptions: '{}' },
                },
              },
            },
          },
          $edgeHub: {
            'properties.desired': {
              schemaVersion: '1.1',
              routes: { everything: 'FROM /messages/* INTO $upstream' },
              storeAndForwardConfiguration: { timeToLiveSecs: 7200 },
            },
          },
        },
      },
      metrics: { queries: {} },
    },
  },
  {
    key: 'layer',
    title: 'A layer that sets a variable',
    meaning: 'Changes one environment variable of a module that a base brings, on the devices it matches.',
    document: {
      id: 'camera-debug',
      priority: 20,
      targetCondition: "tags.environment = 'test'",
      labels: {},
      content: {
        modulesContent: { $edgeAgent: { 'properties.desired.modules.camera.env.LOG_LEVEL': { value: 'debug' } } },
      },
      metrics: { queries: {} },
    },
  },
  {
    key: 'device',
    title: 'An automatic device configuration',
    meaning: 'Sets desired properties of the twin of every device it matches, edge device or not.',
    document: {
      id: 'report-interval',
      priority: 10,
      targetCondition: "tags.environment = 'production'",
      labels: {},
      content: { deviceContent: { 'properties.desired.settings.reportSeconds': 60 } },
      metrics: { queries: {} },
    },
  },
];

export function templateOf(key: string | null): DeploymentTemplate | null {
  return deploymentTemplates.find((template) => template.key === key) ?? null;
}
