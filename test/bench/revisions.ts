// Revisions of one base for `fan-out`: the same four modules, every image another with each revision.
import type { ModulesContent } from '#domain/records/deployment.ts';

const modules = ['gateway', 'logger', 'historian', 'vision'];

export function revisionContent(revision: number): ModulesContent {
  return {
    $edgeAgent: {
      'properties.desired': {
        schemaVersion: '1.1',
        runtime: { type: 'docker', settings: { minDockerVersion: 'v1.25' } },
        systemModules: {
          edgeAgent: { type: 'docker', settings: { image: 'site/agent:1' } },
          edgeHub: { type: 'docker', status: 'running', restartPolicy: 'always', settings: { image: 'site/hub:1' } },
        },
        modules: Object.fromEntries(modules.map((name) => [name, moduleOf(name, revision)])),
      },
    },
  };
}

/** Stands in whatever a device is sent of it. */
export function revisionMark(revision: number): string {
  return `site/${modules[0]}:${revision}.0"`;
}

function moduleOf(name: string, revision: number) {
  const createOptions = JSON.stringify({ HostConfig: { Binds: [`/srv/${name}:/data`], LogConfig: { Type: 'local' } } });
  const settings = { image: `site/${name}:${revision}.0`, createOptions };
  return { type: 'docker', status: 'running', restartPolicy: 'always', settings };
}
