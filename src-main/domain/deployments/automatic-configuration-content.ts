// Reads the content of an automatic configuration: IoT Hub's `deviceContent` or `moduleContent`, `properties.desired[.path]` → value.
// What no twin could take is refused here, all of it at once, before any device is asked to.
import { isJsonObject } from '#base/json.ts';
import { failure, success, type Result } from '#base/result.ts';
import { twinContentProblems } from '#domain/manifests/manifest-content.ts';
import type { TwinContent } from '#domain/records/deployment.ts';

/**
 * The content, or everything wrong with it (iot-hub.md 2.1 and 6). `root` is its name where it is refused.
 * `{ "tags.x": 1 }` → a problem at `deviceContent["tags.x"]`; an empty content writes nothing and is refused too.
 */
export function readTwinContent(root: 'deviceContent' | 'moduleContent', content: unknown): Result<TwinContent> {
  if (!isJsonObject(content) || Object.keys(content).length === 0) {
    const message = 'it must be an object of twin paths: {"properties.desired.<path>": value}.';
    return failure([{ code: 'deployment.content', message, at: root }]);
  }
  const problems = twinContentProblems(root, content);
  return problems.length === 0 ? success(content) : failure(problems);
}
