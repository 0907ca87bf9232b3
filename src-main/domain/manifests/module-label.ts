// Labels of a module's create options that steer the agent: deployment tools carry them through unchanged.
import { isJsonObject, type JsonObject } from '#base/json.ts';

/** Example: `{Labels: {'lanyard.settle-seconds': '30'}}` → '30'; null when it is not there or no text. */
export function labelOf(createOptions: JsonObject, label: string): string | null {
  const labels = createOptions['Labels'];
  const text = isJsonObject(labels) && Object.hasOwn(labels, label) ? labels[label] : null;
  return typeof text === 'string' ? text : null;
}
