// A hub of its own process that imports until it is killed: says when it is in the midst of a part.
import { importPath } from '#registry/import-images.ts';
import { openShelf } from '#test/support/image-shelf.ts';

const [, , home = '', path = ''] = process.argv;
const shelf = await openShelf({ home });
await importPath(shelf.images, {
  path,
  actor: 'console',
  name: null,
  platforms: null,
  onProgress: ({ doneBytes }) => {
    if (doneBytes < 20_000_000) return;
    process.send?.('midst');
    // So that nothing more is written before the kill comes.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);
  },
});
