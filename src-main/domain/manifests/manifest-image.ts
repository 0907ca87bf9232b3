// An image as a manifest names it. What is left of a template, and what each device would read differently, is told.
import type { Json } from '#base/json.ts';
import { anyText, type Note, type Severity, type Shape } from './manifest-shape.ts';

const missing = 'settings.image is missing: name the image, such as {"image": "registry/name:1.0"}.';
// Loose, as the agent reads it; Docker knows the rest.
const imagePattern =
  /^(?=.{1,255}$)[A-Za-z0-9][\w.-]*(?::\d+(?=\/))?(?:\/\w[\w.-]*)*(?::\w[\w.-]*)?(?:@\w+:[0-9a-fA-F]+)?$/;
const upstream = '$upstream';

/** `${MODULES.camera}`, `$REGISTRY_USER`, `{{tag}}`: what a tool was to replace before the file was used. */
export function isTemplateVariable(text: string): boolean {
  return /\$\{[^}]*\}|^\$[A-Z_][A-Z0-9_]*$|\{\{[^}]*\}\}/.test(text);
}

export const templateMend =
  'it is a variable of a template: build the manifest first ("Generate IoT Edge Deployment Manifest" in VS Code, or `iotedgedev genconfig`).';

export function isImage(value: Json | undefined): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

export function noteMissingImage(severity: Severity, at: string, note: Note): void {
  note(severity, at, missing);
}

/** The image itself; `severity` is that of an image that is not there. */
export function imageShape(severity: Severity): Shape {
  return {
    check(value, at, note) {
      if (!isImage(value)) return noteMissingImage(severity, at, note);
      checkImage(value.trim(), at, note);
    },
    step: anyText.step,
  };
}

function checkImage(image: string, at: string, note: Note): void {
  if (isTemplateVariable(image)) return note('schema', at, templateMend);
  if (image.startsWith(`${upstream}:`) || image.startsWith(`${upstream}/`))
    return note('warning', at, 'IoT Edge reads $upstream as the parent device, this site has none: name the registry.');
  if (!imagePattern.test(image)) return note('schema', at, 'it cannot be an image: write it as [registry/]name[:tag].');
  const name = image.slice(image.lastIndexOf('/') + 1);
  if (!/[:@]/.test(name))
    note(
      'warning',
      at,
      'it names no version, so each device takes what is "latest" when it pulls: add a tag or digest.',
    );
}
