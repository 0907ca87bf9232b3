// What a module's labels say of the moment in which it may be stopped.
import { expect, test } from 'vitest';
import { hasLock, switchHookOf } from '#domain/manifests/switch-labels.ts';

test.each([
  ['true', { Labels: { 'lanyard.lock': 'true' } }, true],
  ['another word', { Labels: { 'lanyard.lock': 'yes' } }, false],
  ['not there', { Labels: {} }, false],
  ['without any labels', {}, false],
])('when the label of a lock is %s, it is read as such', (_title, options, expected) => {
  expect(hasLock(options)).toBe(expected);
});

test.each([
  ['a list of words', '["/bin/may-stop", "-q", ""]', ['/bin/may-stop', '-q', '']],
  ['a text', '/bin/may-stop', null],
  ['a number', '7', null],
  ['an empty list', '[]', null],
  ['a list without a command', '["", "x"]', null],
  ['a list with something else', '["a", 1]', null],
  ['a whole program', JSON.stringify(Array.from({ length: 65 }, () => 'x')), null],
])('when the label of a hook is %s, the hook is %#', (_title, label, expected) => {
  expect(switchHookOf({ Labels: { 'lanyard.switch-hook': label } })).toEqual(expected);
});

test('when a module has no hook, there is none', () => {
  expect(switchHookOf({})).toBe(null);
});
