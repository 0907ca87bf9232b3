// The commands that put a copy in the place of the database, as the shell of the hub's machine takes them.
import type { SiteSettings } from '#contract/console-site.ts';

type Places = Pick<SiteSettings, 'platform' | 'database' | 'backupsDir'>;

export function restoreCommands({ platform, database, backupsDir }: Places, fileName: string) {
  const isWindows = platform.startsWith('win32');
  const quote = isWindows ? inDoubleQuotes : inSingleQuotes;
  const [move, copy] = isWindows ? ['move', 'copy'] : ['mv', 'cp'];
  const source = `${backupsDir}${isWindows ? '\\' : '/'}${fileName}`;
  return {
    aside: `${move} ${quote(database)} ${quote(`${database}.before`)}`,
    back: `${copy} ${quote(source)} ${quote(database)}`,
  };
}

/** `/srv/it's` → `'/srv/it'\''s'`: nothing in it means anything to the shell. */
function inSingleQuotes(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

// A file name of Windows has no double quote in it.
function inDoubleQuotes(text: string): string {
  return `"${text}"`;
}
