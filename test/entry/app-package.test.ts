// What the desktop app's packages hold: looked at file by file, and started from the folder that would be packed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join, matchesGlob } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { readReadyLine, type ReadyLine } from '#contract/ready-line.ts';
import { appPlatforms, stageApp, type AppPlatform } from '#entry/app-package.ts';
import { isBuildStale } from '#entry/build-freshness.js';
import { buildAll } from '#entry/page-build.ts';
import { linkScheme } from '#shell/deep-link.ts';
import { openingOf } from '#shell/launch.ts';

const root = process.cwd();
let dir: string;
const filesOf = (platform: AppPlatform): readonly string[] => {
  const stage = join(dir, platform);
  stageApp(root, platform, stage);
  return readdirSync(stage, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(stage.length + 1));
};

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'app-package-'));
  if (isBuildStale(root)) await buildAll(root);
});
afterAll(() => rmSync(dir, { recursive: true }));

/** All that a package may hold. */
const known = [
  'package.json',
  'out/main/*.js',
  'out/preload/preload.cjs',
  'out/renderer/index.html',
  'out/renderer/assets/*.{css,js,svg,woff2}',
  'resources/demo/*.json',
  'resources/icons/*.png',
  'node_modules/better-sqlite3/{LICENSE,package.json}',
  'node_modules/better-sqlite3/lib/**/*.js',
];

test.each(appPlatforms)(
  'when packed for %s, there is one native file, that of the platform, and nothing unknown',
  (platform) => {
    const files = filesOf(platform);
    const binary = `node_modules/better-sqlite3/prebuilds/${platform}.node`;
    expect(files.filter((path) => path.endsWith('.node'))).toEqual([binary]);
    expect(files.filter((path) => path !== binary && !known.some((pattern) => matchesGlob(path, pattern)))).toEqual([]);
    for (const needed of [
      'out/main/shell.js',
      'out/main/hub.js',
      'out/preload/preload.cjs',
      'resources/icons/tray-well.png',
    ])
      expect(files).toContain(needed);
  },
);

test('when its bundles are read, they ask for nothing that is not packed, and for no native part of others', () => {
  const bundles = readdirSync(join(root, 'out/main')).map((name) => readFileSync(join(root, 'out/main', name), 'utf8'));
  const code = bundles.join('\n');
  const imported = [
    ...code.matchAll(/^(?:import|export) .*from "([^"]+)";$/gm),
    ...code.matchAll(/^import "([^"]+)";$/gm),
  ];
  const outside = new Set(
    imported.map(([, from]) => from ?? '').filter((from) => !isBuiltin(from) && !from.startsWith('./')),
  );
  expect([...outside].filter((from) => !['better-sqlite3', 'electron'].includes(from))).toEqual([]);
  expect(code).not.toMatch(/require\("(?:cpu-features|[^"]*\.node)"\)/);
  const preload = readFileSync(join(root, 'out/preload/preload.cjs'), 'utf8');
  expect([...preload.matchAll(/require\("([^"]+)"\)/g)].map(([, from]) => from)).toEqual(['electron']);
});

test.skipIf(!appPlatforms.some((platform) => platform === `${process.platform}-${process.arch}`))(
  'when the hub is started from what would be packed, alone in its folder, it serves the page and stops cleanly',
  async () => {
    filesOf(`${process.platform}-${process.arch}` as AppPlatform);
    // Away from any node_modules of ours.
    const alone = mkdtempSync(join(tmpdir(), 'app-alone-'));
    cpSync(join(dir, `${process.platform}-${process.arch}`), alone, { recursive: true });
    const ports = ['--https-port', '0', '--mqtt-port', '0', '--console-port', '0', '--demo', '1'];
    const hub = spawn(process.execPath, [join(alone, 'out/main/hub.js'), '--data-dir', join(alone, 'd'), ...ports], {
      cwd: '/',
    });
    let log = '';
    hub.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
    try {
      const ready = await new Promise<ReadyLine>((resolve, reject) => {
        createInterface({ input: hub.stdout }).on('line', (line) => {
          const said = readReadyLine(line);
          if (said !== null) resolve(said);
        });
        hub.once('exit', (code) => reject(new Error(`the hub ended with ${code}: ${log}`)));
      });
      expect(await (await fetch(ready.console)).text()).toContain('<title>Lanyard</title>');
    } finally {
      const ended = once(hub, 'exit');
      hub.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
      rmSync(alone, { recursive: true });
    }
  },
);

const association = z.object({ ext: z.string() });
const configuration = z.object({
  asar: z.object({ smartUnpack: z.literal(false) }),
  asarUnpack: z.array(z.string()),
  npmRebuild: z.literal(false),
  publish: z.null(),
  electronFuses: z.record(z.string(), z.boolean()),
  protocols: z.array(z.object({ schemes: z.array(z.string()) })),
  linux: z.object({ target: z.array(z.string()), fileAssociations: z.array(association) }),
  win: z.object({ target: z.array(z.string()), fileAssociations: z.array(association) }),
  mac: z.object({ target: z.array(z.string()), fileAssociations: z.array(association.extend({ rank: z.string() })) }),
});
const read = () =>
  configuration.parse(JSON.parse(readFileSync('resources/packages/app/electron-builder.json', 'utf8')));

test('when the app is packed, every fuse is set, and only the native file lies outside the archive', () => {
  const { electronFuses, asarUnpack } = read();
  expect(electronFuses).toEqual({
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  });
  const unpacked = filesOf('linux-x64').filter((path) => asarUnpack.some((pattern) => matchesGlob(path, pattern)));
  expect(unpacked).toEqual(['node_modules/better-sqlite3/prebuilds/linux-x64.node']);
});

test('when the system is told what the app opens, it is what the app takes, and no foreign file becomes its own', () => {
  const { protocols, linux, win, mac } = read();
  expect(protocols.flatMap(({ schemes }) => schemes)).toEqual([linkScheme]);
  expect([linux.target, win.target, mac.target]).toEqual([['AppImage', 'deb'], ['nsis'], ['dmg']]);
  for (const { ext } of [...linux.fileAssociations, ...win.fileAssociations, ...mac.fileAssociations])
    expect(openingOf(`/srv/x.${ext}`, '/')).toEqual({ kind: 'file', path: `/srv/x.${ext}` });
  // An installer of Windows makes the app the one that opens such files.
  expect(win.fileAssociations.map(({ ext }) => ext)).toEqual(['lanyard']);
  expect(mac.fileAssociations.find(({ ext }) => ext === 'json')?.rank).toBe('Alternate');
});
