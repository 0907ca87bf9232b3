// Passwords of registries never leave the hub on a screen.
import { expect, test } from 'vitest';
import type { Json } from '#base/json.ts';
import { secretText, withoutSecrets } from '#domain/values/secret-values.ts';

const credentials = 'runtime.settings.registryCredentials';
const entry = { username: 'u', password: 'p', address: 'a' };
const shown = { username: 'u', password: secretText, address: 'a' };

test.each<readonly [string, string, Json, Json]>([
  ['the password itself', `${credentials}.site.password`, 'p', secretText],
  ['what stands below a password', `${credentials}.site.password.deep`, 'p', secretText],
  ['a credential', `${credentials}.site`, entry, shown],
  ['all credentials', credentials, { site: entry }, { site: shown }],
  [
    'the whole section',
    '',
    { runtime: { settings: { registryCredentials: { site: entry } } } },
    {
      runtime: { settings: { registryCredentials: { site: shown } } },
    },
  ],
  ['a user name', `${credentials}.site.username`, 'u', 'u'],
  ['a credential that is none', `${credentials}.site`, ['p'], ['p']],
  ['another password', 'runtime.settings.password', 'p', 'p'],
  ['a module of that name', 'modules.registryCredentials.password', 'p', 'p'],
])('when %s is shown, passwords alone are masked', (_what, path, value, expected) => {
  expect(withoutSecrets('$edgeAgent', path === '' ? [] : path.split('.'), value)).toEqual(expected);
});

test('when another module has such a path, it is its own affair', () => {
  expect(withoutSecrets('m', `${credentials}.site.password`.split('.'), 'p')).toBe('p');
});
