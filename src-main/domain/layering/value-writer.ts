// Who wrote the value at a path: the deployment whose write stands nearest above it.
import type { DeploymentId } from '#base/ids.ts';
import type { ValueOrigin } from './effective-configuration.ts';

export type FindOrigin = (path: readonly string[]) => ValueOrigin | undefined;

/**
 * For one module's origins. `modules.web.env.LEVEL` was written by whoever wrote that path, else `modules.web.env`, else
 * `modules.web` … else the whole section (layering.md rule 4); undefined when no deployment wrote it.
 */
export function originFinder(origins: readonly ValueOrigin[]): FindOrigin {
  const byPath = new Map(origins.map((origin) => [keyOf(origin.path), origin]));
  return (path) => {
    for (let length = path.length; length >= 0; length -= 1) {
      const origin = byPath.get(keyOf(path.slice(0, length)));
      if (origin !== undefined) return origin;
    }
    return undefined;
  };
}

/** The deployment that wrote a value, or took one away. */
export function writerAt(find: FindOrigin, path: readonly string[]): DeploymentId | null {
  return find(path)?.writtenBy ?? null;
}

// A control character stands in no key of a twin (iot-hub.md 1.3), so that the text is unambiguous.
function keyOf(path: readonly string[]): string {
  return path.join('\u0000');
}
