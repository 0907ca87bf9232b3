// The images that a deployment's content names: what a site needs before nobody can fetch it any more.
import { isJsonObject, type Json, type JsonObject } from '#base/json.ts';
import { parseImageName, type ImageName } from '#domain/manifests/image-name.ts';
import { readRegistryCredentials, type RegistryCredential } from '#domain/manifests/registry-credential.ts';
import { writtenOnto } from '#domain/records/content-writes.ts';
import type { ModulesContent } from '#domain/records/deployment.ts';

export interface NeededImage {
  /** As the content writes it, trimmed. */
  readonly image: string;
  readonly name: ImageName;
  readonly modules: readonly string[];
}

export interface DeploymentImages {
  readonly images: readonly NeededImage[];
  /** Of `runtime.settings`, as far as they can be read. */
  readonly credentials: readonly RegistryCredential[];
  /** What is named and is no image, or is never pulled: each a sentence. */
  readonly notes: readonly string[];
}

/**
 * Images of the modules, each once, in the order in which they are named. Not those of `systemModules`: the agent and the hub of a
 * device are Lanyard's own, whatever image stands there. Nor those that devices never pull (`imagePullPolicy`).
 * Example: a layer `{ $edgeAgent: { "properties.desired.modules.web.settings.image": "nginx" } }` → nginx, of module web.
 */
export function imagesOfContent(content: ModulesContent): DeploymentImages {
  const agent = Object.hasOwn(content, '$edgeAgent') ? content['$edgeAgent'] : undefined;
  const section = agent === undefined ? {} : writtenOnto({}, agent);
  const found = new Map<string, { readonly name: ImageName; readonly modules: string[] }>();
  const notes: string[] = [];
  const modules = below(section, 'modules');
  for (const module of Object.keys(modules)) {
    const written = below(modules, module);
    const image = below(written, 'settings')['image'];
    if (typeof image !== 'string' || image.trim() === '') continue;
    if (written['imagePullPolicy'] === 'never') {
      notes.push(`Devices never pull '${image}' of module '${module}' (imagePullPolicy): bring it to each of them.`);
      continue;
    }
    const name = parseImageName(image);
    if (name.ok) {
      const known = found.get(image.trim());
      if (known === undefined) found.set(image.trim(), { name: name.value, modules: [module] });
      else known.modules.push(module);
    } else notes.push(...name.problems.map(({ message }) => `Module '${module}': ${message}`));
  }
  return {
    images: [...found].map(([image, { name, modules }]) => ({ image, name, modules })),
    credentials: credentialsOf(section),
    notes,
  };
}

function credentialsOf(section: JsonObject): readonly RegistryCredential[] {
  // Credentials that cannot be read are a matter of the deployment's own checks.
  const settings = below(below(section, 'runtime'), 'settings');
  return readRegistryCredentials(settings, []).filter(
    ({ address, username, password }) => address !== '' && username !== '' && password !== '',
  );
}

function below(parent: JsonObject, key: string): JsonObject {
  const value: Json | undefined = Object.hasOwn(parent, key) ? parent[key] : undefined;
  return isJsonObject(value) ? value : {};
}
