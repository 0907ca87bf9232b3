// What a person is told to type to go back to a backup: whatever the folder is called, the shell takes it as one name.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { restoreCommands } from '#renderer/settings/restore-commands.ts';

test.each(['plain', 'with blanks', "it's $HOME; `x`"])('when the data folder is %j, both commands do it', (name) => {
  const home = mkdtempSync(join(tmpdir(), 'lanyard-restore-'));
  const [database, backupsDir] = [join(home, name, 'hub.db'), join(home, name, 'backups')];
  mkdirSync(backupsDir, { recursive: true });
  writeFileSync(database, 'now');
  writeFileSync(join(backupsDir, 'hub-asked-1.db'), 'then');
  const { aside, back } = restoreCommands({ platform: 'linux x64', database, backupsDir }, 'hub-asked-1.db');
  execFileSync('sh', ['-c', `${aside} && ${back}`]);
  expect([database, `${database}.before`].map((path) => readFileSync(path, 'utf8'))).toEqual(['then', 'now']);
  rmSync(home, { recursive: true });
});

test('when the hub runs on Windows, they are those of its shell', () => {
  const places = {
    platform: 'win32 x64',
    database: String.raw`C:\Lan yard\hub.db`,
    backupsDir: String.raw`C:\Lan yard\backups`,
  };
  expect(restoreCommands(places, 'a.db')).toEqual({
    aside: String.raw`move "C:\Lan yard\hub.db" "C:\Lan yard\hub.db.before"`,
    back: String.raw`copy "C:\Lan yard\backups\a.db" "C:\Lan yard\hub.db"`,
  });
});
