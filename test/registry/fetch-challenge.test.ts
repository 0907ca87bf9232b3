// The question of a registry, as headers have it.
import { expect, test } from 'vitest';
import { readChallenges } from '#registry/fetch-challenge.ts';

test.each<[string, readonly [string, Record<string, string>][]]>([
  [
    'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push"',
    [
      [
        'bearer',
        { realm: 'https://auth.docker.io/token', service: 'registry.docker.io', scope: 'repository:a/b:pull,push' },
      ],
    ],
  ],
  ['Basic realm="a \\"quoted\\" one"', [['basic', { realm: 'a "quoted" one' }]]],
  [
    'Basic realm="x", BEARER Realm=plain , service = "s"',
    [
      ['basic', { realm: 'x' }],
      ['bearer', { realm: 'plain', service: 's' }],
    ],
  ],
  ['Negotiate', [['negotiate', {}]]],
  ['realm="of nobody"', []],
  ['', []],
  [`Bearer realm="${'x'.repeat(9_000)}"`, []],
])('when it is %s, each challenge has its own parameters', (header, challenges) => {
  expect(readChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)])).toEqual(
    challenges,
  );
});

test('when it is made to be slow, it is read at once', () => {
  const header = `Bearer realm="${'\\'.repeat(4_000)}`;
  const before = process.cpuUsage();
  readChallenges(header);
  // Of the processor, whoever else has it meanwhile.
  expect(process.cpuUsage(before).user).toBeLessThan(500_000);
});
