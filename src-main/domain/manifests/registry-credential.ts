// Credentials of the registries that images come from: `runtime.settings.registryCredentials`, found by an image's address.
import { isJsonObject, type JsonObject } from '#base/json.ts';
import { objectAt, textAt, type ProblemList } from '#domain/values/section-reader.ts';

export interface RegistryCredential {
  readonly address: string;
  readonly username: string;
  readonly password: string;
}

export function readRegistryCredentials(settings: JsonObject, problems: ProblemList): RegistryCredential[] {
  const given = objectAt(settings, 'registryCredentials', 'runtime.settings', problems);
  return Object.keys(given).map((name) => {
    const at = `runtime.settings.registryCredentials.${name}`;
    const entry = given[name];
    const fields = isJsonObject(entry) ? entry : {};
    const [address, username, password] = ['address', 'username', 'password'].map((key) =>
      textAt(fields, key, at, problems)?.trim(),
    );
    if (!address || !username || !password)
      problems.push({
        code: 'agent.desired.invalid',
        at,
        message: `${at} needs address, username and password, each a string.`,
      });
    return { address: address ?? '', username: username ?? '', password: password ?? '' };
  });
}

/** The registry of an image: `cr.site:5000/web:1` → `cr.site:5000`, `web:1` → `docker.io`. */
export function registryOf(image: string): string {
  const [first] = image.split('/', 1) as [string];
  return image.includes('/') && (/[.:]/.test(first) || first === 'localhost') ? first : 'docker.io';
}

/** The credential whose address is the image's registry; a scheme, path or case in the address does not matter. */
export function credentialFor(image: string, credentials: readonly RegistryCredential[]): RegistryCredential | null {
  const registry = hostOf(registryOf(image));
  return credentials.find((credential) => hostOf(credential.address) === registry) ?? null;
}

function hostOf(address: string): string {
  const host = address
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, '')
    .replace(/\/.*$/s, '');
  return host === 'index.docker.io' || host === 'registry-1.docker.io' ? 'docker.io' : host;
}
