// What lies in `out/`, and whether it was built from these very sources.
// Plain JavaScript, as is hub-main.js: to strip types Node loads a compiler, which costs a quarter of a start.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

const sources = ['src-renderer', 'src-main', 'resources', 'electron.vite.config.ts', 'package.json'];
const results = ['out/renderer/index.html', 'out/main/shell.js', 'out/main/hub.js'];

/**
 * The product's own folder, from any file of it: as source, as bundle, in a package.
 * @param {string} from
 * @returns {string}
 */
export function productRoot(from) {
  if (existsSync(join(from, 'package.json'))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error('The product folder has no package.json.');
  return productRoot(parent);
}

/**
 * @param {string} root
 * @returns {string}
 */
export function builtPageDir(root) {
  return join(root, 'out', 'renderer');
}

/**
 * @param {string} root
 * @returns {string}
 */
export function hubBundle(root) {
  return join(root, 'out', 'main', 'hub.js');
}

/**
 * Whether something of it is missing or older than the newest source. A package without sources is never stale.
 * @param {string} root
 * @returns {boolean}
 */
export function isBuildStale(root) {
  if (!existsSync(join(root, 'src-renderer'))) return false;
  const built = results.map((path) => join(root, path));
  if (!built.every((path) => existsSync(path))) return true;
  const oldestResultMs = Math.min(...built.map((path) => statSync(path).mtimeMs));
  return sources.some((path) => newestChangeMs(join(root, path)) > oldestResultMs);
}

/**
 * @param {string} path
 * @returns {number}
 */
function newestChangeMs(path) {
  const entry = statSync(path);
  if (!entry.isDirectory()) return entry.mtimeMs;
  // Written together by hand: `join` costs more than looking at the file.
  return Math.max(0, ...readdirSync(path).map((name) => newestChangeMs(`${path}/${name}`)));
}
