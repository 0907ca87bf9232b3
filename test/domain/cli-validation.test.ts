// Which contents the az CLI's own schemas refuse: each verdict is that of the CLI's extension azure-iot 0.23.1 for the same content,
// except where the title says that it is not known.
import { expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { mayFailCliValidation } from '#domain/deployments/cli-validation.ts';
import type { ModulesContent } from '#domain/records/deployment.ts';
import { aManifest, aModuleEntry, aSystemModules, inAgent } from '#test/support/build-manifest.ts';

const withModule = (parts: JsonObject, settings: JsonObject = {}): JsonObject =>
  aManifest({ agent: { modules: { camera: aModuleEntry(parts, settings) } } });

test.each<[boolean, string, JsonObject]>([
  [false, 'a whole manifest', aManifest({ settings: { camera: { rate: 5 } } })],
  [false, 'createOptions in parts', withModule({}, { createOptions: '{"a":', createOptions01: '1}' })],
  [false, 'an edge hub of schema 1.2', aManifest({ hub: { schemaVersion: '1.2' } })],
  [false, 'null in the settings of a module', aManifest({ settings: { camera: { rate: null } } })],
  [false, 'a layer', inAgent('modules.camera', { settings: { image: 'a:1' } })],
  [false, 'a layer that takes a module away', inAgent('modules.camera', null)],
  [true, 'a module that is started by nobody knows what', withModule({ restartPolicy: 'sometimes' })],
  [true, 'an unknown field of a module', withModule({ comment: 'mine' })],
  [true, 'an unknown field of the edge hub', aManifest({ hub: { comment: 'mine' } })],
  [true, 'null for a module', aManifest({ agent: { modules: { camera: null } } })],
  [true, 'null for a route', aManifest({ hub: { routes: { upstream: null } } })],
  [true, 'null for an unknown field', aManifest({ agent: { systemModules: { ...aSystemModules(), camera: null } } })],
  [
    true,
    'a restart policy of the edge agent',
    aManifest({ agent: { systemModules: aSystemModules({ edgeAgent: { restartPolicy: 'always' } }) } }),
  ],
  [
    true,
    'a third system module in schema 1.0',
    aManifest({ agent: { schemaVersion: '1.0', systemModules: { ...aSystemModules(), edgeProxy: aModuleEntry() } } }),
  ],
  [true, 'a digest', withModule({}, { digest: 'sha256:0' })],
  [true, 'a signed edge hub section', aManifest({ hub: { integrity: { header: {} } } })],
  [
    true,
    'a layer that writes the whole of a broken edge hub section',
    { $edgeAgent: {}, $edgeHub: { 'properties.desired': { schemaVersion: '1.1' } } },
  ],
  [true, 'null in a list, to be on the safe side', aManifest({ agent: { comment: [null] } })],
])('when it answers %s, the content is %s', (verdict, _title, content) => {
  expect(mayFailCliValidation(content as ModulesContent)).toBe(verdict);
});
