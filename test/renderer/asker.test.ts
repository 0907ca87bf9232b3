// A question that is asked anew whenever something changed: never twice at once, and always answered, however fast things change.
import { expect, test } from 'vitest';
import { createAsker, type Told } from '#renderer/link/asker.ts';

function setUp() {
  const asked: (number | null)[] = [];
  const answers: ((told: Told<string>) => void)[] = [];
  const told: Told<string>[] = [];
  const asker = createAsker<string>(
    (revision) => {
      asked.push(revision);
      return new Promise((resolve, reject) =>
        answers.push((answer) => ('value' in answer ? resolve(answer.value) : reject(new Error(answer.problem)))),
      );
    },
    (one) => told.push(one),
  );
  const answer = async (one: Told<string>): Promise<void> => {
    answers.at(-1)?.(one);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { asker, asked, told, answer };
}

test('when it changes faster than it is answered, each answer is told, and the newest is asked once at its end', async () => {
  const { asker, asked, told, answer } = setUp();
  for (const revision of [1, 2, 3]) asker.put(revision);
  expect(asked).toEqual([1]);
  await answer({ value: 'one' });
  expect(told).toEqual([{ value: 'one' }]);
  expect(asked).toEqual([1, 3]);
  await answer({ value: 'three' });
  expect(told).toEqual([{ value: 'one' }, { value: 'three' }]);
  expect(asked).toEqual([1, 3]);
});

test('when the hub cannot answer, that is told, and the next change asks again', async () => {
  const { asker, asked, told, answer } = setUp();
  asker.put(null);
  await answer({ problem: 'the connection went' });
  expect(told).toEqual([{ problem: 'the connection went' }]);
  asker.again();
  expect(asked).toEqual([null, null]);
});

test('when nobody asks any more, nothing is told and nothing more is asked', async () => {
  const { asker, asked, told, answer } = setUp();
  asker.put(1);
  asker.put(2);
  asker.end();
  await answer({ value: 'late' });
  asker.again();
  expect(told).toEqual([]);
  expect(asked).toEqual([1]);
});

test('when what it is has been learned elsewhere meanwhile, the older answer is not told, and it is asked once more', async () => {
  const { asker, asked, told, answer } = setUp();
  asker.put(1);
  asker.forget();
  await answer({ value: 'older' });
  expect(told).toEqual([]);
  expect(asked).toEqual([1, 1]);
  await answer({ value: 'newest' });
  asker.forget();
  expect(told).toEqual([{ value: 'newest' }]);
  expect(asked).toEqual([1, 1]);
});
