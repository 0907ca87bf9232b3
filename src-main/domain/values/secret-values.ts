// What nobody is shown on a screen although a configuration carries it: the passwords of image registries.
import { emptyObject, isJsonObject, type Json } from '#base/json.ts';

/** Stands where a secret would. */
export const secretText = 'contains a secret';

// `$edgeAgent`: runtime.settings.registryCredentials.<name>.password (iot-hub.md 3.1).
const above = ['runtime', 'settings', 'registryCredentials'] as const;
const depthOfPassword = above.length + 1;

/**
 * The value as it may be shown: `path` is where it stands in the module's desired section.
 * `$edgeAgent`, ['runtime','settings','registryCredentials','site'], {username, password} → the password reads 'contains a secret'.
 */
export function withoutSecrets(moduleId: string, path: readonly string[], value: Json): Json {
  if (moduleId !== '$edgeAgent' || !mayHoldSecret(path)) return value;
  if (path.length > depthOfPassword) return secretText;
  if (!isJsonObject(value)) return value;
  const shown = emptyObject();
  for (const key of Object.keys(value)) shown[key] = withoutSecrets(moduleId, [...path, key], value[key] as Json);
  return shown;
}

/** Whether a password stands at the path, or may stand below it. */
function mayHoldSecret(path: readonly string[]): boolean {
  const segments = path.slice(0, above.length);
  if (!segments.every((segment, at) => segment === above[at])) return false;
  return path.length <= depthOfPassword || path[depthOfPassword] === 'password';
}
