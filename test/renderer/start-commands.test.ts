// What a person types on a device: taken by a real shell as it is meant, and the files are those that the package's service reads.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { productRoot } from '#entry/build-freshness.js';
import { agentCommand, packageCommands, savedAuthorityName } from '#renderer/pieces/start-commands.ts';

const string = 'HostName=hub:8883;DeviceId=pump-1;SharedAccessKey=a2V5';

/** What a program is given, line by line: every program is one that says its arguments, and `cat` the pipe. */
function shellOf(commands: string): readonly string[] {
  const told =
    'dpkg() { :; }; sudo() { if [ "$1" = install ] && [ "$4" = /dev/stdin ]; then cat; else printf "%s\\n" "$@"; fi; }; npm() { printf "%s\\n" "$@"; }';
  return execFileSync('sh', ['-c', `${told}\n${commands}`], { encoding: 'utf8' }).split('\n');
}

test.each([string, `HostName=hub;DeviceId=it's $HOME!;SharedAccessKey=a2V5=`])(
  'when %s is given with the package, the shell writes just that',
  (given) => {
    expect(shellOf(packageCommands(given))).toContain(given);
    expect(shellOf(agentCommand(given, '/srv/my "site"/ca.pem'))).toEqual(
      expect.arrayContaining(['--connection-string', given, '--ca', '/srv/my "site"/ca.pem']),
    );
  },
);

test('when the package is used, its service is given what it loads, and is started', () => {
  const folder = join(productRoot(import.meta.dirname), 'resources', 'packages', 'agent');
  const service = readFileSync(join(folder, 'lanyard-agent.service'), 'utf8');
  const loaded = [...service.matchAll(/^LoadCredential=[^:]+:(.+)$/gm)].map(([, file]) => file ?? '');
  expect(loaded).toHaveLength(2);
  const commands = packageCommands(string).split('\n');
  for (const file of loaded) expect(commands.some((command) => command.endsWith(` ${file}`))).toBe(true);
  expect(commands.some((command) => command.includes(` ${savedAuthorityName} `))).toBe(true);
  expect(commands.at(-1)).toBe('sudo systemctl restart lanyard-agent');
});
