// What of a draft rests in the browser: everything but its passwords, also while it is half typed.
import { describe, expect, test } from 'vitest';
import { withoutPasswords } from '#renderer/link/draft-passwords.ts';
import { fitToRest } from '#renderer/link/deployment-draft-store.ts';

const hidden = '"contains a secret"';

describe('withoutPasswords', () => {
  test.each([
    ['{ "username": "site",\n  "password": "s3cret!" }', `{ "username": "site",\n  "password": ${hidden} }`],
    ['{"password" : "a \\"quoted\\" one", "b": 1}', `{"password" : ${hidden}, "b": 1}`],
    ['{"password": "half typ', `{"password": ${hidden}`],
    ['{"password": "half typ\n  "next": 1}', `{"password": ${hidden}\n  "next": 1}`],
    ['{"password": 12345}', `{"password": ${hidden}}`],
    [
      '{"properties.desired.runtime.settings.registryCredentials.site.password": "x"}',
      `{"properties.desired.runtime.settings.registryCredentials.site.password": ${hidden}}`,
    ],
    [
      '["a", {"b": ["password", "shown"]}, {"password": "x"}]',
      `["a", {"b": ["password", "shown"]}, {"password": ${hidden}}]`,
    ],
  ])('when it reads %s, nothing but the password changes', (text, kept) => {
    expect(withoutPasswords(text)).toBe(kept);
  });

  test.each(['', '{', '{"a": "password"}', '{"password": null}', '{"passwords": "are many"}', 'no JSON: password "x"'])(
    'when there is no password in %j, it stays as it is',
    (text) => {
      expect(withoutPasswords(text)).toBe(text);
    },
  );
});

describe('fitToRest', () => {
  const draft = { id: 'a', priority: 1, targetCondition: '*', labels: null };
  const content = {
    $edgeAgent: { 'properties.desired.runtime.settings.registryCredentials.site': { password: 's3cret' } },
  };

  test('when a draft with a password is handed to a rollout, it does not rest: a part of it would be rolled out', () => {
    const state = { text: JSON.stringify({ content }), origin: '', changedAtMs: 1, forRollout: { ...draft, content } };
    expect(fitToRest(state).forRollout).toBeNull();
    expect(JSON.stringify(fitToRest(state))).not.toContain('s3cret');
  });

  test('when it has none, it rests whole', () => {
    const state = { text: '{}', origin: '', changedAtMs: 1, forRollout: { ...draft, content: { $edgeAgent: {} } } };
    expect(fitToRest(state)).toEqual(state);
  });
});
