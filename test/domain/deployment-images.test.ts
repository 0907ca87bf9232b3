// What a deployment needs on the site, by its content.
import { describe, expect, test } from 'vitest';
import type { ModulesContent } from '#domain/records/deployment.ts';
import { imagesOfContent } from '#domain/deployments/deployment-images.ts';

const base = (modules: object, more: object = {}): ModulesContent =>
  ({ $edgeAgent: { 'properties.desired': { schemaVersion: '1.1', modules, ...more } } }) as unknown as ModulesContent;

describe('images that a content names', () => {
  test('when two modules name one image, it is told once with both', () => {
    const read = imagesOfContent(
      base({ web: { settings: { image: ' nginx:1 ' } }, proxy: { settings: { image: 'nginx:1' } } }),
    );
    expect(read.images).toEqual([
      {
        image: 'nginx:1',
        name: { registry: 'docker.io', repository: 'library/nginx', tag: '1', digest: null },
        modules: ['web', 'proxy'],
      },
    ]);
    expect(read.notes).toEqual([]);
  });

  test.each<[string, object]>([
    ['a whole module', { 'properties.desired.modules.web': { settings: { image: 'reg.local/web:2' } } }],
    ['an image alone', { 'properties.desired.modules.web.settings.image': 'reg.local/web:2' }],
  ])('when a layer writes %s, its image is found', (_title, agent) => {
    const { images } = imagesOfContent({ $edgeAgent: agent } as unknown as ModulesContent);
    expect(images.map(({ image, modules }) => [image, modules])).toEqual([['reg.local/web:2', ['web']]]);
  });

  test('when system modules have images, they are not needed, for devices have their own', () => {
    const systemModules = { edgeHub: { settings: { image: 'mcr.microsoft.com/azureiotedge-hub:1.5' } } };
    expect(imagesOfContent(base({}, { systemModules })).images).toEqual([]);
  });

  test('when something is no image, or is never pulled, it is told and not needed', () => {
    const read = imagesOfContent(
      base({
        template: { settings: { image: '${MODULES.web}' } },
        local: { imagePullPolicy: 'never', settings: { image: 'own:1' } },
        empty: { settings: { image: ' ' } },
        none: { settings: {} },
        odd: 7,
      }),
    );
    expect(read.images).toEqual([]);
    expect(read.notes).toEqual([
      expect.stringContaining("Module 'template': '${MODULES.web}' cannot be an image's name"),
      "Devices never pull 'own:1' of module 'local' (imagePullPolicy): bring it to each of them.",
    ]);
  });

  test('when it has credentials, those that are whole are told', () => {
    const registryCredentials = {
      site: { address: 'reg.local', username: 'u', password: 'p' },
      half: { address: 'reg.other', username: 'u' },
      nameless: { username: 'u', password: 'p' },
      wordless: { address: 'reg.third', password: 'p' },
    };
    const { credentials } = imagesOfContent(base({}, { runtime: { settings: { registryCredentials } } }));
    expect(credentials).toEqual([{ address: 'reg.local', username: 'u', password: 'p' }]);
  });

  test('when it says nothing of the agent, it names no images', () => {
    expect(imagesOfContent({ web: { 'properties.desired': { a: 1 } } })).toEqual({
      images: [],
      credentials: [],
      notes: [],
    });
  });
});
