// SAS tokens against the unmodified SDK's own maker, and every way a token can be unlike one.
import { createHmac } from 'node:crypto';
import azure from 'azure-iot-device';
import { describe, expect, test } from 'vitest';
import {
  isSignedWith,
  parseSharedAccessSignature,
  signSharedAccessSignature,
} from '#contract/shared-access-signature.ts';

const keyBase64 = Buffer.from('a device key').toString('base64');
const hmac = (key: string, text: string) =>
  createHmac('sha256', Buffer.from(key, 'base64')).update(text, 'utf8').digest('base64');

function parsed(text: string) {
  const result = parseSharedAccessSignature(text);
  if (!result.ok) throw new Error(result.problems.map((problem) => problem.message).join('; '));
  return result.value;
}

describe('signSharedAccessSignature', () => {
  test('when the SDK signs the same, the tokens are equal', () => {
    const resource = 'localhost:8883/devices/d1';
    const theirs = azure.SharedAccessSignature.create('localhost:8883', 'd1', keyBase64, 1_800_000_000).toString();
    const ours = parsed(signSharedAccessSignature({ resource, keyBase64, expiresAtS: 1_800_000_000 }, hmac));
    expect(isSignedWith(parsed(theirs), keyBase64, hmac)).toBe(true);
    expect({ ...parsed(theirs), encodedResource: '' }).toEqual({
      ...ours,
      encodedResource: '',
      signatureBase64: parsed(theirs).signatureBase64,
    });
    expect(isSignedWith(ours, keyBase64, hmac)).toBe(true);
  });

  test('when a policy name is given, it comes back', () => {
    const request = { resource: 'h', keyBase64, expiresAtS: 1, keyName: 'service' };
    expect(parsed(signSharedAccessSignature(request, hmac))).toMatchObject({ resource: 'h', keyName: 'service' });
  });
});

describe('isSignedWith', () => {
  const token = parsed(signSharedAccessSignature({ resource: 'h/devices/d', keyBase64, expiresAtS: 9 }, hmac));

  test.each([
    ['the expiry was moved', { ...token, expiresAtS: 10 }],
    ['the resource was changed', { ...token, encodedResource: 'h%2Fdevices%2Fe' }],
    ['the signature is cut', { ...token, signatureBase64: token.signatureBase64.slice(0, -1) }],
    ['the signature is longer', { ...token, signatureBase64: `${token.signatureBase64}=` }],
    ['the signature is empty', { ...token, signatureBase64: '' }],
  ])('when %s, it says no', (_, forged) => {
    expect(isSignedWith(forged, keyBase64, hmac)).toBe(false);
  });

  test('when the key is empty, it says no even to a token signed with the empty key', () => {
    const empty = parsed(signSharedAccessSignature({ resource: 'h', keyBase64: '', expiresAtS: 9 }, hmac));
    expect(isSignedWith(empty, '', hmac)).toBe(false);
  });
});

test.each([
  ['sr=a&sig=b&se=1', 'does not begin'],
  ['SharedAccessSignature sig=b&se=1', 'no resource'],
  ['SharedAccessSignature sr=a&se=1', 'no signature'],
  ['SharedAccessSignature sr=a&sig=b', 'Unix seconds'],
  ['SharedAccessSignature sr=a&sig=b&se=-1', 'Unix seconds'],
  ['SharedAccessSignature sr=a&sig=b&se=1e9', 'Unix seconds'],
  ['SharedAccessSignature sr=a&sr=b&sig=b&se=1', 'twice'],
  ['SharedAccessSignature sr=%&sig=b&se=1', 'no resource'],
  ['SharedAccessSignature sr=a&sig=%&se=1', 'no signature'],
  ['SharedAccessSignature sr=a&sig=b&se=1&skn=%', 'URL-encoded'],
])('when a token reads %j, it says %j', (text, message) => {
  const result = parseSharedAccessSignature(text);
  expect(result.ok ? '' : result.problems.map((problem) => problem.message).join('; ')).toContain(message);
});

test('when the policy name is empty, there is none', () => {
  expect(parsed('SharedAccessSignature sr=a&sig=b&se=1&skn=').keyName).toBeNull();
});
