// Loaded before the hub: its wall clock is off by what stands in the file beside its data folder, read anew at every look.
// Plain JavaScript, so that the bundle can be run with it as well as the sources.
import { readFileSync } from 'node:fs';

const realNow = Date.now;
const dataDir = process.argv[process.argv.indexOf('--data-dir') + 1];

Date.now = () => realNow() + offsetMs();

function offsetMs() {
  try {
    return Number(readFileSync(`${dataDir}-clock`, 'utf8'));
  } catch {
    // No file, or one that is being written: no jump.
    return 0;
  }
}
