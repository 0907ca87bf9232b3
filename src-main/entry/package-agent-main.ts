// `npm run package:agent`: makes the agent's Debian packages in `out/packages`. Flags: `--arch amd64|arm64` (again for each; both
// when none is given) and `--compression xz|gzip|none`.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { asAppError } from '#base/errors.ts';
import { buildAgentPackage } from './agent-package.ts';
import { productRoot } from './build-freshness.js';

const architecture = z.enum(['amd64', 'arm64']);
const flags = z.object({
  arch: z.array(architecture).default([...architecture.options]),
  compression: z.enum(['gzip', 'none', 'xz']).default('xz'),
});

try {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ options: { arch: { ...text, multiple: true }, compression: text }, strict: true });
  const { arch, compression } = flags.parse(values);
  const root = productRoot(import.meta.dirname);
  for (const one of arch) {
    const made = await buildAgentPackage({ root, architecture: one, outDir: join(root, 'out/packages'), compression });
    process.stdout.write(`${made}\n`);
  }
} catch (error) {
  // The process entry: what cannot be made says why.
  process.stderr.write(`${asAppError(error).message}\n`);
  process.exitCode = 1;
}
