// The pretended engine behaves as a demo needs it: pulls that tell their progress, and a module that crashes again and again.
import { describe, expect, test } from 'vitest';
import { createSimulatedEngine } from '#agent/simulated-engine.ts';
import type { Engine } from '#agent/engine.ts';
import { eventually } from '#test/support/eventually.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';

const images = {
  'plant/crashing': { runsForMs: 3_000, exitCode: 7 },
  'plant/gone': { pullError: 'manifest unknown.' },
};

function pull(engine: Engine, image: string, signal = new AbortController().signal) {
  const progress: number[] = [];
  const done = engine.pull({
    image,
    credential: null,
    signal,
    onProgress: ({ doneBytes }) => progress.push(doneBytes),
  });
  return { progress, done };
}

describe('simulated engine', () => {
  test('when an image is pulled, it tells its progress and then is there', async () => {
    const clock = createFakeClock();
    const engine = createSimulatedEngine({ clock, seed: 1 });
    const { progress, done } = pull(engine, 'plant/web:1');
    await eventually(async () => {
      clock.advance(500);
      expect(await engine.presentImages(['plant/web:1', 'other:1'])).toEqual(new Map([['plant/web:1', 'linux/amd64']]));
    });
    await done;
    expect(progress.length).toBeGreaterThan(3);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  });

  test('when no registry has it, the pull fails in words', async () => {
    const clock = createFakeClock();
    const { done } = pull(createSimulatedEngine({ clock, seed: 1, images }), 'plant/gone:1');
    clock.advance(1_000);
    await expect(done).rejects.toThrow("Image 'plant/gone:1' cannot be pulled: manifest unknown.");
  });

  test('when a module crashes, it does so in every run, as the seed says', async () => {
    const ends: number[] = [];
    for (const seed of [5, 5]) {
      const clock = createFakeClock();
      const engine = createSimulatedEngine({ clock, seed, images });
      await engine.create({ name: 'm', module: 'm', specHash: 'h', body: { Image: 'plant/crashing:1' } });
      const [created] = await engine.containers();
      const starting = engine.start(created?.id ?? '');
      clock.advance(1_000);
      await starting;
      expect((await engine.containers())[0]).toMatchObject({ state: 'running' });
      clock.advance(5_000);
      const [ended] = await engine.containers();
      expect(ended).toMatchObject({ state: 'exited', exitCode: 7 });
      ends.push((ended?.finishedAtMs ?? 0) - (ended?.startedAtMs ?? 0));
    }
    expect(ends[0]).toBe(ends[1]);
  });

  test('when an image is removed, it is gone, unless a container uses it', async () => {
    const clock = createFakeClock();
    const engine = createSimulatedEngine({ clock, seed: 1 });
    const { done } = pull(engine, 'plant/web:1');
    await eventually(async () => {
      clock.advance(500);
      expect((await engine.presentImages(['plant/web:1'])).size).toBe(1);
    });
    await done;
    await engine.create({ name: 'web', module: 'web', specHash: 'h', body: { Image: 'plant/web:1' } });
    await expect(engine.removeImage('plant/web:1')).rejects.toThrow("Image 'plant/web:1' is in use.");
    const [container] = await engine.containers();
    await engine.remove(container?.id ?? '');
    await engine.removeImage('plant/web:1');
    expect((await engine.presentImages(['plant/web:1'])).size).toBe(0);
  });

  test('when a command is run, it ends as its image says, and where nothing runs it cannot be', async () => {
    const clock = createFakeClock();
    const command = { exitCode: 3, lastLine: 'busy' };
    const engine = createSimulatedEngine({ clock, seed: 1, images: { 'plant/press': { command } } });
    const request = { name: 'press', module: 'press', specHash: 'h', body: { Image: 'plant/press:1' } };
    await engine.create(request);
    const id = (await engine.containers())[0]?.id ?? '';
    const exec = () => engine.exec(id, ['may-stop'], { limitMs: 1_000 });
    const early = exec();
    clock.advance(1_000);
    await expect(early).rejects.toThrow('is not running');
    const started = engine.start(id);
    clock.advance(1_000);
    await started;
    const ended = exec();
    clock.advance(1_000);
    expect(await ended).toEqual(command);
  });
});
