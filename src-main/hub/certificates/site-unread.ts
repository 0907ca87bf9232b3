// What of the site's own files cannot be read, and why, in words: an empty list, a size of nothing and a missing certificate would be
// told as facts otherwise.
import type { UnreadFile } from '#contract/console-site.ts';

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this program may not read it',
  EIO: 'the disk answers with an error',
  EISDIR: 'it is a folder',
  ELOOP: 'it is a link that leads to itself',
  EMFILE: 'too many files are open',
  ENOENT: 'it is not there',
  ENOTDIR: 'it lies below something that is no folder, or is none itself',
  EPERM: 'this program may not read it',
  ESTALE: 'the network drive it lies on is gone',
};

export function unreadFile(what: UnreadFile['what'], path: string, error: unknown): UnreadFile {
  const code = codeOf(error);
  const reason = code === null ? 'what is in it is damaged' : (reasons[code] ?? `the system says ${code}`);
  return { what, path, reason, isMissing: code === 'ENOENT' };
}

/** Of the file system; null: it was read, and something else was wrong with it. */
function codeOf(error: unknown): string | null {
  const isOfSystem = error instanceof Error && 'syscall' in error && 'code' in error;
  return isOfSystem ? String(error.code) : null;
}

export function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}
