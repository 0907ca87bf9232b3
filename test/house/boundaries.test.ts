// The linter is part of the house: every rule is shown a planted violation and must refuse it. A silent green is a failure.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { domainRooms, hubRooms, pageRooms, rooms } from '#test/support/room-tables.ts';

const root = process.cwd();

const roomNames = Object.keys(rooms);

interface Planted {
  readonly path: string;
  readonly text: string;
  /** The rule that must refuse it; null when it must pass. */
  readonly rule: string | null;
}

const importOf = (specifier: string) => `import { planted } from '${specifier}';\nexport const used = planted;\n`;

const roomImports: readonly Planted[] = roomNames.flatMap((room) =>
  roomNames
    .filter((other) => other !== room)
    .map((other) => ({
      path: `src-main/${room}/imports-${other}.ts`,
      text: importOf(`#${other}/planted.ts`),
      rule: rooms[room]?.includes(other) === true ? null : 'no-restricted-imports',
    })),
);

const parentImports: readonly Planted[] = roomNames.map((room) => ({
  path: `src-main/${room}/imports-parent.ts`,
  text: importOf('../base/planted.ts'),
  rule: 'no-restricted-imports',
}));

const rendererImports: readonly Planted[] = ['store', 'hub', 'service-api', 'registry', 'agent', 'entry', 'shell'].map(
  (other) => ({
    path: `src-renderer/imports-${other}.ts`,
    text: importOf(`#${other}/planted.ts`),
    rule: 'no-restricted-imports',
  }),
);

/** Every part of a room imports every other part of it, and what the whole room may not have. */
function partImports(
  dir: string,
  alias: string,
  parts: Readonly<Record<string, readonly string[]>>,
  barred: string,
): readonly Planted[] {
  return Object.entries(parts).flatMap(([part, allowed]) => [
    ...Object.keys(parts)
      .filter((other) => other !== part)
      .map((other) => ({
        path: `${dir}/${part}/imports-part-${other}.ts`,
        text: importOf(`${alias}/${other}/planted.ts`),
        rule: allowed.includes(other) ? null : 'no-restricted-imports',
      })),
    { path: `${dir}/${part}/imports-barred.ts`, text: importOf(barred), rule: 'no-restricted-imports' },
  ]);
}

const parts: readonly Planted[] = [
  ...partImports('src-renderer', '#renderer', pageRooms, '#hub/planted.ts'),
  ...partImports('src-main/domain', '#domain', domainRooms, '#store/planted.ts'),
  ...partImports('src-main/hub', '#hub', hubRooms, 'better-sqlite3'),
  // What is below a part goes with it, from any room.
  { path: 'src-main/entry/imports-part.ts', text: importOf('#hub/rollouts/planted.ts'), rule: null },
  {
    path: 'src-main/registry/imports-part.ts',
    text: importOf('#hub/rollouts/planted.ts'),
    rule: 'no-restricted-imports',
  },
  { path: 'src-main/store/imports-part.ts', text: importOf('#domain/values/planted.ts'), rule: null },
];

const platformImports: readonly Planted[] = [
  ['base', 'node:fs'],
  ['domain', 'node:crypto'],
  ['domain', 'zod'],
  ['contract', 'node:fs'],
  ['agent', 'better-sqlite3'],
  ['agent', 'aedes'],
  ['store', 'aedes'],
  ['hub', 'better-sqlite3'],
  ['hub', 'electron'],
  ['service-api', 'better-sqlite3'],
  ['shell', 'better-sqlite3'],
].map(([room, specifier]) => ({
  path: `src-main/${room}/imports-${specifier?.replaceAll(/[^a-z0-9]/g, '-')}.ts`,
  text: importOf(specifier ?? ''),
  rule: 'no-restricted-imports',
}));

/** The parts of Node below a module go with it. */
const platformParts: readonly Planted[] = [...roomNames.map((room) => `src-main/${room}`), 'src-renderer'].map(
  (dir) => ({
    path: `${dir}/imports-fs-promises.ts`,
    text: importOf('node:fs/promises'),
    rule: ['base', 'domain', 'contract', 'src-renderer'].some((closed) => dir.endsWith(closed))
      ? 'no-restricted-imports'
      : null,
  }),
);

const manyLines = (count: number) => Array.from({ length: count }, (_, line) => `  total += ${line};`).join('\n');

const habits: readonly Planted[] = [
  { path: 'src-main/domain/clock-read.ts', text: 'export const now = Date.now();\n', rule: 'no-restricted-globals' },
  { path: 'src-main/domain/dice.ts', text: 'export const roll = Math.random();\n', rule: 'no-restricted-properties' },
  { path: 'src-main/hub/environment.ts', text: 'export const home = process.env;\n', rule: 'no-restricted-properties' },
  { path: 'src-main/entry/environment.ts', text: 'export const home = process.env;\n', rule: null },
  { path: 'src-main/base/default-export.ts', text: 'export default 1;\n', rule: 'no-default-export' },
  { path: 'src-main/base/barrel.ts', text: "export * from './planted.ts';\n", rule: 'no-barrel-file' },
  {
    path: 'src-main/base/cycle-left.ts',
    text: "import { right } from './cycle-right.ts';\nexport const left = (): number => right();\n",
    rule: 'no-cycle',
  },
  {
    path: 'src-main/base/cycle-right.ts',
    text: "import { left } from './cycle-left.ts';\nexport const right = (): number => left();\n",
    rule: 'no-cycle',
  },
  {
    path: 'src-main/base/floating.ts',
    text: 'async function work(): Promise<void> {}\nexport function start(): void {\n  work();\n}\n',
    rule: 'no-floating-promises',
  },
  {
    path: 'src-main/base/half-switch.ts',
    text: "export function name(kind: 'a' | 'b'): string | undefined {\n  switch (kind) {\n    case 'a':\n      return 'A';\n  }\n  return undefined;\n}\n",
    rule: 'switch-exhaustiveness-check',
  },
  { path: 'src-main/base/any.ts', text: 'export const anything: any = 1;\n', rule: 'no-explicit-any' },
  {
    path: 'src-main/base/bang.ts',
    text: 'export const first = (list: string[]): string => list[0]!;\n',
    rule: 'no-non-null-assertion',
  },
  { path: 'src-main/base/CamelCase.ts', text: 'export const camel = 1;\n', rule: 'filename-case' },
  { path: 'src-main/base/console-line.ts', text: "console.log('x');\nexport const said = 1;\n", rule: 'no-console' },
  {
    path: 'src-main/base/thrown.ts',
    text: "export function fail(): never {\n  throw 'x';\n}\n",
    rule: 'only-throw-error',
  },
  {
    path: 'src-main/base/long-file.ts',
    text: `export const lines = [\n${Array.from({ length: 301 }, (_, line) => `  ${line},`).join('\n')}\n];\n`,
    rule: 'max-lines',
  },
  {
    path: 'src-main/base/long-function.ts',
    text: `export function sum(): number {\n  let total = 0;\n${manyLines(61)}\n  return total;\n}\n`,
    rule: 'max-lines-per-function',
  },
];

const planted = [
  ...roomImports,
  ...parentImports,
  ...rendererImports,
  ...parts,
  ...platformImports,
  ...platformParts,
  ...habits,
];

let site = '';
let refusals = new Map<string, Set<string>>();

beforeAll(() => {
  site = mkdtempSync(join(tmpdir(), 'lanyard-planted-'));
  for (const file of ['.oxlintrc.json', 'tsconfig.json', 'package.json'])
    copyFileSync(join(root, file), join(site, file));
  symlinkSync(join(root, 'node_modules'), join(site, 'node_modules'));
  const neutral = roomNames.map((room) => ({
    path: `src-main/${room}/planted.ts`,
    text: 'export const planted = 1;\n',
    rule: null,
  }));
  for (const { path, text } of [...neutral, ...planted]) {
    mkdirSync(dirname(join(site, path)), { recursive: true });
    writeFileSync(join(site, path), text);
  }
  mkdirSync(join(site, 'src-main/domain'), { recursive: true });
  copyFileSync(join(root, 'src-main/domain/tsconfig.json'), join(site, 'src-main/domain/tsconfig.json'));
  refusals = lintRefusals();
});

afterAll(() => rmSync(site, { recursive: true, force: true }));

/** Runs the project's own lint on the planted tree: file → the rules that refused it. */
function lintRefusals(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  const output = run('oxlint', ['--type-aware', '--deny-warnings', '--format', 'json', 'src-main', 'src-renderer']);
  const { diagnostics } = JSON.parse(output) as { diagnostics: { filename: string; code: string }[] };
  for (const { filename, code } of diagnostics) {
    const rule = /\(([^)]+)\)/.exec(code)?.[1] ?? code;
    const rules = found.get(filename) ?? new Set();
    rules.add(rule);
    found.set(filename, rules);
  }
  return found;
}

/** A tool's standard output; its exit code is not what is asked here. */
function run(tool: string, args: readonly string[]): string {
  try {
    return execFileSync(join(root, 'node_modules/.bin', tool), args, { cwd: site, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

test.each(planted.filter(({ rule }) => rule !== null))(
  'when $path is planted, the linter refuses it by $rule',
  (file) => {
    expect([...(refusals.get(file.path) ?? [])]).toContain(file.rule);
  },
);

test.each(planted.filter(({ rule }) => rule === null))(
  'when $path keeps to the table, no import rule refuses it',
  (file) => {
    const rules = [...(refusals.get(file.path) ?? [])];
    expect(rules).not.toContain('no-restricted-imports');
    expect(rules).not.toContain('no-restricted-properties');
  },
);

test.each(['process.pid', 'setTimeout(() => {}, 1)', "fetch('x')", 'Buffer.from([])'])(
  'when domain names %s, its own compilation refuses it',
  (expression) => {
    const file = join(site, 'src-main/domain/impure.ts');
    writeFileSync(file, `export const impure: unknown = ${expression};\n`);
    const output = run('tsc', ['--noEmit', '-p', 'src-main/domain']);
    rmSync(file);
    expect(output).toMatch(/impure\.ts.*TS2\d\d\d/);
  },
);

test('when the table in package.json and the linter name rooms, they are the same rooms', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    imports: Record<string, string>;
  };
  const named = Object.values(manifest.imports)
    .filter((path) => path.startsWith('./src-main/'))
    .map((path) => path.split('/')[2]);
  expect(new Set(named)).toEqual(new Set(roomNames));
});
