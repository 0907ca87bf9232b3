// What `docker save` wrote before its 25th version, made by hand, and tars of folders.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '#test/support/image-shelf.ts';

/** A tar of what lies in `dir`, as GNU tar makes it. */
export function tarOf(dir: string, path: string, ...options: readonly string[]): string {
  execFileSync('tar', ['-C', dir, ...options, '-cf', path, '.']);
  return path;
}

/** `docker save` before its 25th version: layers are tars in folders, the second one a link to the first. */
export function savedOldForm(
  dir: string,
  { layer = randomBytes(10_000), tag = 'plant/web:1' } = {},
): { readonly id: string } {
  const second = randomBytes(5_000);
  const diffIds = [layer, layer, second].map((content) => sha256(content));
  const config = JSON.stringify({ os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: diffIds } });
  const id = sha256(Buffer.from(config)).slice('sha256:'.length);
  for (const folder of ['a', 'b', 'c']) mkdirSync(join(dir, folder), { recursive: true });
  writeFileSync(join(dir, 'a/layer.tar'), layer);
  symlinkSync('../a/layer.tar', join(dir, 'b/layer.tar'));
  writeFileSync(join(dir, 'c/layer.tar'), second);
  writeFileSync(join(dir, `${id}.json`), config);
  const layers = ['a/layer.tar', 'b/layer.tar', 'c/layer.tar'];
  writeFileSync(
    join(dir, 'manifest.json'),
    JSON.stringify([{ Config: `${id}.json`, RepoTags: [tag], Layers: layers }]),
  );
  return { id };
}
