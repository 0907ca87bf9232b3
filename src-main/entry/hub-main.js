// `npm run hub`: the hub without a window. One JSON line on stdout when it serves, logs on stderr.
// It runs the bundle where `npm run build` made one from these very sources, because one file loads in half the time of
// a thousand, and the sources themselves everywhere else.
import { pathToFileURL } from 'node:url';
import { hubBundle, isBuildStale, productRoot } from './build-freshness.js';

const root = productRoot(import.meta.dirname);
await import(isBuildStale(root) ? './hub-process.ts' : pathToFileURL(hubBundle(root)).href);
