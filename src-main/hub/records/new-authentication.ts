// How an identity will prove itself, made complete: missing keys are generated, what is given is checked.
import { randomBytes } from 'node:crypto';
import { refused } from '#base/errors.ts';
import type { Authentication } from '#domain/records/registry.ts';

const keyPattern = /^[A-Za-z0-9+/]{22,86}={0,2}$/;
const thumbprintPattern = /^(?:[0-9A-Fa-f]{40}|[0-9A-Fa-f]{64})$/;

/** 32 random bytes in base64, as IoT Hub generates them. */
export function newKey(): string {
  return randomBytes(32).toString('base64');
}

/**
 * The authentication to store. Empty SAS keys are taken from `current` where it has some, so that an update that does not
 * speak of keys (every update of the Node SDK) leaves the device connected; otherwise they are generated.
 */
export function completeAuthentication(
  wanted: Authentication | undefined,
  subject: string,
  current?: Authentication,
): Authentication {
  if (wanted === undefined) return current ?? newSasKeys();
  if (wanted.type === 'sas') {
    const kept = current?.type === 'sas' ? current : undefined;
    return {
      type: 'sas',
      primaryKey: checkedKey(wanted.primaryKey, subject) || (kept?.primaryKey ?? newKey()),
      secondaryKey: checkedKey(wanted.secondaryKey, subject) || (kept?.secondaryKey ?? newKey()),
    };
  }
  if (wanted.type === 'selfSigned') {
    const primaryThumbprint = checkedThumbprint(wanted.primaryThumbprint, subject);
    const secondaryThumbprint = checkedThumbprint(wanted.secondaryThumbprint, subject);
    if (primaryThumbprint === '' && secondaryThumbprint === '')
      throw refused(
        'device.invalid',
        `'${subject}' is to use a certificate of its own: give at least one thumbprint.`,
        {
          subject,
        },
      );
    return { type: 'selfSigned', primaryThumbprint, secondaryThumbprint };
  }
  return wanted;
}

function newSasKeys(): Authentication {
  return { type: 'sas', primaryKey: newKey(), secondaryKey: newKey() };
}

function checkedKey(key: string, subject: string): string {
  const bytes = Buffer.from(key, 'base64').length;
  if (key !== '' && (!keyPattern.test(key) || key.length % 4 !== 0 || bytes < 16 || bytes > 64))
    throw refused(
      'device.invalid',
      `A key of '${subject}' is not base64 of 16 to 64 bytes: correct it or leave it out.`,
      {
        subject,
      },
    );
  return key;
}

function checkedThumbprint(thumbprint: string, subject: string): string {
  if (thumbprint !== '' && !thumbprintPattern.test(thumbprint))
    throw refused('device.invalid', `A thumbprint of '${subject}' is not 40 or 64 hexadecimal digits.`, { subject });
  return thumbprint.toUpperCase();
}
