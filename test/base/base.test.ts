// The words the whole house shares: delays, ids, errors, JSON, results.
import { describe, expect, test } from 'vitest';
import { backoffMs, jitteredBackoffMs } from '#base/backoff.ts';
import { AppError, asAppError, broken, refused, unready } from '#base/errors.ts';
import { identityKey, isDeploymentId, isDeviceId, isModuleId, type DeviceId, type ModuleId } from '#base/ids.ts';
import { emptyObject, isJsonObject } from '#base/json.ts';
import { failure, success } from '#base/result.ts';

describe('backoff', () => {
  const shape = { firstMs: 10_000, limitMs: 300_000 };

  test.each([
    [0, 10_000],
    [1, 20_000],
    [4, 160_000],
    [5, 300_000],
    [100_000, 300_000],
  ])('when attempt %i failed, the delay is %i ms', (attempt, delayMs) =>
    expect(backoffMs(attempt, shape)).toBe(delayMs),
  );

  test('when the delay is jittered, it lies between nothing and the whole of it', () => {
    expect([0, 0.5, 0.9999999].map((random) => jitteredBackoffMs(1, shape, random))).toEqual([0, 10_000, 20_000]);
  });
});

describe('ids', () => {
  const allowed = "AZaz09-:.+%_#*?!(),=@$'";

  test.each([
    [allowed, true],
    ['x'.repeat(128), true],
    ['x'.repeat(129), false],
    ['', false],
    ['a/b', false],
    ['a b', false],
    ['ä', false],
    ['a\n', false],
  ])('when a device or module is called %j, it is allowed: %s', (text, isAllowed) => {
    expect([isDeviceId(text), isModuleId(text)]).toEqual([isAllowed, isAllowed]);
  });

  test.each([
    ["az09-+%_*!'", true],
    ['x'.repeat(128), true],
    ['x'.repeat(129), false],
    ['', false],
    ['Upper', false],
    ['a.b', false],
    ['a b', false],
  ])('when a deployment is called %j, it is allowed: %s', (text, isAllowed) => {
    expect(isDeploymentId(text)).toBe(isAllowed);
  });

  test('when an identity is a module, its key names both', () => {
    const deviceId = 'edge-1' as DeviceId;
    expect(identityKey({ deviceId, moduleId: null })).toBe('edge-1');
    expect(identityKey({ deviceId, moduleId: '$edgeAgent' as ModuleId })).toBe('edge-1/$edgeAgent');
  });
});

describe('errors', () => {
  test('when an error is made, it carries its kind, code, words, subject and cause', () => {
    const cause = new Error('disk');
    const error = unready('store.full', 'The disk is full: free some space.', { subject: 'hub.db', cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'AppError', kind: 'unready', code: 'store.full', subject: 'hub.db', cause });
    expect(error.message).toBe('The disk is full: free some space.');
    const bare = refused('device.unknown', 'no such device');
    expect(bare).toMatchObject({ kind: 'refused', subject: undefined });
    expect(Object.hasOwn(bare, 'cause')).toBe(false);
    expect(broken('impossible')).toMatchObject({ kind: 'broken', code: 'internal', message: 'impossible' });
  });

  test('when anything is caught, it becomes one of ours and its cause is kept', () => {
    const ours = refused('device.unknown', 'no such device');
    expect(asAppError(ours)).toBe(ours);
    const theirs = new TypeError('x is not a function');
    expect(asAppError(theirs)).toMatchObject({ kind: 'broken', message: 'x is not a function', cause: theirs });
    expect(asAppError('text')).toMatchObject({ kind: 'broken', message: 'text', cause: 'text' });
    expect(asAppError(theirs)).toBeInstanceOf(AppError);
  });
});

describe('JSON and results', () => {
  test('when a value is asked whether it is an object, arrays and null are none', () => {
    expect([{}, emptyObject(), [], null, 'x', undefined].map(isJsonObject)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  test('when an object is empty, nothing is inherited', () => {
    const object = emptyObject();
    object['__proto__'] = 1;
    expect(Object.keys(object)).toEqual(['__proto__']);
    expect('toString' in object).toBe(false);
  });

  test('when a result is made, it says whether it is one', () => {
    const problem = { code: 'c', message: 'm', at: 0 };
    expect([success(1), failure([problem])]).toEqual([
      { ok: true, value: 1 },
      { ok: false, problems: [problem] },
    ]);
  });
});
