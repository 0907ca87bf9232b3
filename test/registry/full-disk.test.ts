// A full disk as people see it who push: Docker and skopeo show our sentence only of an answer that they take for a final one.
import { execFile, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { mountDisk, whyNoMounts } from '#test/faults/small-disk.ts';
import { anImage, codeOf, digestOf, openRegistrySite } from '#test/support/registry-site.ts';

const run = promisify(execFile);
const room = 40_000_000;

async function aSmallSite() {
  const disk = mountDisk(`size=${room}`);
  const site = await openRegistrySite({ dir: disk.dir });
  onTestFinished(async () => {
    await site.stop();
    disk.remove();
  });
  return site;
}

test('when a blob is larger than the disk, the push is refused for good, and a smaller one is taken', async ({
  skip,
}) => {
  const reason = whyNoMounts();
  if (reason !== null) skip(reason);
  const site = await aSmallSite();
  const push = (body: Buffer) => site.ask('POST', `/v2/p/blobs/uploads/?digest=${digestOf(body)}`, { body });
  const refused = await push(Buffer.alloc(room + 1, 'large'));
  expect([refused.status, codeOf(refused)]).toEqual([403, 'DENIED']);
  expect((await push(Buffer.alloc(1_000_000, 'small'))).status).toBe(201);
});

test('when skopeo copies more than the disk holds, it shows how to mend that', async ({ skip }) => {
  const reason = whyNoMounts() ?? (spawnSync('skopeo', ['--version']).status === 0 ? null : 'needs skopeo');
  if (reason !== null) skip(reason);
  const site = await aSmallSite();
  const home = mkdtempSync(join(tmpdir(), 'lanyard-large-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  writeImage(home, randomBytes(room + 1));
  cpSync(site.caFile, join(home, 'ca.crt'));
  const access = ['--dest-creds', `service:${site.serviceKey}`, '--dest-cert-dir', home];
  const copied = run('skopeo', ['copy', ...access, `dir:${home}`, `docker://${site.address}/p/large:1`]);
  await expect(copied).rejects.toThrow(/free some of it, or delete images and collect/);
});

/** As skopeo keeps an image in a folder. */
function writeImage(dir: string, layer: Buffer): void {
  const digest = digestOf(layer);
  const config = Buffer.from(JSON.stringify({ os: 'linux', rootfs: { type: 'layers', diff_ids: [digest] } }));
  for (const blob of [layer, config]) writeFileSync(join(dir, digestOf(blob).slice('sha256:'.length)), blob);
  writeFileSync(join(dir, 'manifest.json'), JSON.stringify(anImage([config, layer])));
  writeFileSync(join(dir, 'version'), 'Directory Transport Version: 1.1\n');
}
