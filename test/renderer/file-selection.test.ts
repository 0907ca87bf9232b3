// Some items of a file as a file of their own.
import { expect, test } from 'vitest';
import { base64OfText, bytesOfBase64 } from '#renderer/words/base64.ts';
import { documentOf, withoutItems } from '#renderer/deployments/file-selection.ts';

const textOf = (base64: string) => new TextDecoder().decode(bytesOfBase64(base64));

test.each([
  ['a list', [{ id: 'a' }, { id: 'b' }, { id: 'c' }], ['[0]', '[2]'], [{ id: 'b' }]],
  [
    'a site',
    { configurations: { adm: { 'x y': 1, z: 2 } } },
    ['configurations.adm["x y"]'],
    { configurations: { adm: { z: 2 } } },
  ],
])('when items of %s are left out, the others stay', (_what, document, dropped, kept) => {
  expect(JSON.parse(textOf(withoutItems(document, new Set(dropped))))).toEqual(kept);
});

test('when a file is no JSON, or in another encoding, there is nothing to choose from', () => {
  expect(documentOf(base64OfText('{"a":1}'))).toEqual({ a: 1 });
  expect(documentOf(base64OfText('{"a":'))).toBeNull();
  expect(documentOf(btoa('\xff\xfe{\x00}\x00'))).toBeNull();
});
