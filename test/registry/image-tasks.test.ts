// Tasks with images: how far they are, how they end, and how many are kept.
import { expect, test } from 'vitest';
import { broken, unready } from '#base/errors.ts';
import { ImageTasks, type TaskProgress, type TaskResult } from '#registry/image-tasks.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';

function setUp() {
  const clock = createFakeClock();
  const faults: string[] = [];
  let changes = 0;
  const tasks = new ImageTasks({
    clock,
    onBroken: ({ message }, { subject }) => faults.push(`${subject}: ${message}`),
  });
  const unlisten = tasks.onChange(() => (changes += 1));
  const begin = (work: (progress: TaskProgress) => Promise<TaskResult>, subject = 'a.tar') =>
    tasks.begin({ kind: 'import', subject, work });
  return { clock, tasks, begin, faults, unlisten, changes: () => changes };
}

test('when a task goes on, its row tells the step, since when, and the bytes; then what came of it', async () => {
  const { clock, tasks, begin, changes } = setUp();
  const { ended } = begin(async ({ step, bytes }) => {
    step('part 1 of 2');
    clock.advance(2_000);
    step('part 1 of 2');
    bytes(5, null);
    bytes(6, 10);
    await Promise.resolve();
    return { images: ['web:1'], message: 'One was passed over.' };
  });
  const startedAtMs = clock.nowMs() - 2_000;
  const now = { step: 'part 1 of 2', stepSinceMs: startedAtMs, doneBytes: 6, totalBytes: 10, endedAtMs: null };
  expect(tasks.rows).toMatchObject([{ state: 'running', kind: 'import', subject: 'a.tar', startedAtMs, ...now }]);
  await ended;
  const then = { step: '', images: ['web:1'], message: 'One was passed over.', endedAtMs: clock.nowMs() };
  expect(tasks.rows).toMatchObject([{ state: 'done', ...then }]);
  expect(changes()).toBe(5);
});

test('when several go on, those under way are told apart; who ends listening hears no more', async () => {
  const { tasks, begin, unlisten, changes } = setUp();
  const first = begin(async () => ({ images: [] }));
  await first.ended;
  const before = changes();
  unlisten();
  const { ended } = begin(
    ({ signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', reject)),
    'b.tar',
  );
  expect(tasks.underWay()).toMatchObject([{ subject: 'b.tar', state: 'running' }]);
  await tasks.stop();
  await ended;
  expect(tasks.underWay()).toEqual([]);
  expect(changes()).toBe(before);
});

test('when work fails, the row has its sentence; of a fault of ours the log has the words alone', async () => {
  const { tasks, begin, faults } = setUp();
  await begin(() => Promise.reject(unready('store.full', 'The disk is full.'))).ended;
  await begin(() => Promise.reject(broken('x is undefined')), 'b.tar').ended;
  expect(tasks.rows.map(({ state, message }) => [state, message])).toEqual([
    ['failed', 'The hub failed on it; its log says why.'],
    ['failed', 'The disk is full.'],
  ]);
  expect(faults).toEqual(['b.tar: x is undefined']);
});

const untilCancelled = ({ signal }: TaskProgress) =>
  new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('whatever'))));

test('when tasks are cancelled or the hub stops, they end as cancelled; one that runs cannot be forgotten', async () => {
  const { tasks, begin } = setUp();
  const { taskId, ended } = begin(untilCancelled);
  begin(untilCancelled);
  expect(() => tasks.forget(taskId)).toThrow(/cancel it first/);
  tasks.cancel(taskId);
  await ended;
  expect(tasks.rows.map(({ state }) => state)).toEqual(['running', 'cancelled']);
  await tasks.stop();
  expect(tasks.rows.map(({ state, message }) => [state, message])).toEqual([
    ['cancelled', null],
    ['cancelled', null],
  ]);
  tasks.forget(taskId);
  expect(tasks.rows).toHaveLength(1);
  expect(() => tasks.cancel(taskId)).toThrow(/no such task/);
});

test('when many run, a further one is refused; of the ended ones the newest twenty stay', async () => {
  const { tasks, begin } = setUp();
  for (let at = 0; at < 25; at += 1) await begin(async () => ({ images: [] }), `${at}`).ended;
  expect(tasks.rows.map(({ subject }) => subject)).toEqual(Array.from({ length: 20 }, (_, at) => `${24 - at}`));
  const waits = new Promise<never>(() => {});
  for (let at = 0; at < 16; at += 1) begin(() => waits);
  expect(() => begin(() => waits)).toThrow(/16 tasks/);
});
