// The pure parts of Images: what is missing, told once, and files on their way to the hub, which go on whatever screen is looked at.
import { describe, expect, test } from 'vitest';
import { tasksOfUpload } from '#renderer/frame/frame-tasks.ts';
import { lackGroups } from '#renderer/images/lack-groups.ts';
import { createUploads, type Upload } from '#renderer/link/uploads-store.ts';

const fetchIt = 'is not here: fetch it while you are online.';
const absent = (image: string, platform = 'linux/amd64') => ({
  image,
  platform,
  explanation: `'${image}' ${fetchIt}`,
});

describe('what is missing', () => {
  test('when the same is true of several images, it is told once, with their number and names', () => {
    expect(lackGroups([absent('web:1'), absent('db:2'), absent('log:3')])).toEqual([
      { sentence: `Each of these 3 images ${fetchIt}`, images: ['web:1', 'db:2', 'log:3'] },
    ]);
  });

  test('when an image lacks for two platforms for one reason, it is one image, with its own sentence', () => {
    expect(lackGroups([absent('web:1'), absent('web:1', 'linux/arm64')])).toEqual([
      { sentence: `'web:1' ${fetchIt}`, images: [] },
    ]);
  });

  test('when the reasons differ, each has its sentence, the one of most images first', () => {
    const partial = { ...absent('db:2'), explanation: "'db:2' is here, but 1 part of it is missing." };
    const odd = { ...absent('odd'), explanation: 'Nobody knows.' };
    expect(lackGroups([partial, odd, absent('web:1'), absent('log:3')]).map(({ sentence }) => sentence)).toEqual([
      `Each of these 2 images ${fetchIt}`,
      "'db:2' is here, but 1 part of it is missing.",
      'Nobody knows.',
    ]);
  });

  test('when names and sentences are hostile, no mark of theirs turns the line around', () => {
    const told = JSON.stringify(lackGroups([absent('a\u202Eb'), absent('c'), absent('d')]));
    expect(told).not.toContain('\u202E');
  });
});

const file = (name: string) => new File(['x'], name);

describe('files on their way', () => {
  interface Sending {
    readonly name: string;
    readonly end: (problem: string | null) => Promise<void>;
  }

  function anUploadSite() {
    const sent: Sending[] = [];
    const uploads = createUploads(
      (file) =>
        new Promise((resolve) => {
          const end = async (problem: string | null) => {
            resolve(problem);
            // Two turns: the answer, and what is begun upon it.
            await Promise.resolve();
            await Promise.resolve();
          };
          sent.push({ name: file.name, end });
        }),
    );
    const told = () => uploads.use.getState().uploads.map(({ name, state, problem }) => ({ name, state, problem }));
    return { ...uploads, sent, told };
  }
  test('when several are chosen, one is sent at a time, in their order, and the others wait', async () => {
    const site = anUploadSite();
    site.send([file('a.tar'), file('b.tar')]);
    site.send([file('c.tar')]);
    expect(site.sent.map(({ name }) => name)).toEqual(['a.tar']);
    expect(site.told().map(({ state }) => state)).toEqual(['sending', 'waiting', 'waiting']);
    await site.sent[0]?.end(null);
    expect(site.sent.map(({ name }) => name)).toEqual(['a.tar', 'b.tar']);
    expect(site.told().map(({ name }) => name)).toEqual(['b.tar', 'c.tar']);
  });

  test('when one could not be begun, that stays told until somebody dismisses it, and the next is sent', async () => {
    const site = anUploadSite();
    site.send([file('a.tar'), file('b.tar')]);
    await site.sent[0]?.end('The disk is full.');
    expect(site.told()).toEqual([
      { name: 'a.tar', state: 'failed', problem: 'The disk is full.' },
      { name: 'b.tar', state: 'sending', problem: null },
    ]);
    site.leaveOut(1);
    expect(site.told().map(({ name }) => name)).toEqual(['b.tar']);
  });

  test('when one that waits is left out, it is not sent; the one that is being sent stays', async () => {
    const site = anUploadSite();
    site.send([file('a.tar'), file('b.tar'), file('c.tar')]);
    site.leaveOut(1);
    site.leaveOut(2);
    expect(site.told().map(({ name }) => name)).toEqual(['a.tar', 'c.tar']);
    await site.sent[0]?.end(null);
    expect(site.sent.map(({ name }) => name)).toEqual(['a.tar', 'c.tar']);
  });

  test.each<[Upload['state'], unknown]>([
    ['waiting', [{ title: 'Import a.tar', state: 'running', progress: 'waiting for its turn', path: '/images' }]],
    ['failed', [{ title: 'Import a.tar', state: 'failed', progress: null, path: '/images' }]],
    ['sending', []],
  ])('when a file is %s, the status bar of every screen tells %j', (state, tasks) => {
    expect(tasksOfUpload({ id: 1, name: 'a.tar', state, problem: null })).toEqual(tasks);
  });
});
