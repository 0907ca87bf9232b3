// The console's images over a real store on a real disk, as the hub's program puts them together.
import { join } from 'node:path';
import { pino } from 'pino';
import type { DeviceId, ModuleId } from '#base/ids.ts';
import type { Deployment, DeploymentStatus } from '#domain/records/deployment.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import { createConsoleImages } from '#registry/console-images.ts';
import { createHttp } from '#registry/fetch-http.ts';
import { createImageOperations } from '#registry/image-operations.ts';
import { createImageWork } from '#registry/site-image-work.ts';
import { openSiteShares } from '#registry/site-shares.ts';
import type { ImageTaskRow } from '#contract/console-image-rows.ts';
import type { ConsoleImages } from '#contract/console-images.ts';
import { openShelf, type ImageShelf } from './image-shelf.ts';
import { eventually } from './eventually.ts';

export interface ConsoleImagesSite extends ImageShelf {
  readonly console: ConsoleImages;
  putDeployment(deployment: Deployment): void;
  removeDeployment(id: Deployment['id']): void;
  putStatuses(deviceId: string, statuses: Readonly<Record<string, DeploymentStatus>>): void;
  /** Once it has ended. */
  ended(taskId: string): Promise<ImageTaskRow>;
  tasks(): Promise<readonly ImageTaskRow[]>;
}

const isSite = () => false;

export async function openConsoleImagesSite(): Promise<ConsoleImagesSite> {
  const shelf = await openShelf();
  const { store, images } = shelf;
  const clock = createSystemClock();
  const log = pino({ level: 'silent' });
  const shares = openSiteShares({ store, clock });
  const page = createConsoleImages({
    dir: join(shelf.home, 'images'),
    store,
    images,
    work: createImageWork({
      read: store.read,
      operations: createImageOperations({ store: images, clock, http: createHttp(), isSite }),
    }),
    shares: shares.operations,
    isSite,
    clock,
    log,
  });
  await page.start();

  async function tasks(): Promise<readonly ImageTaskRow[]> {
    const ended = new AbortController();
    for await (const news of page.images.follow({ isLagging: () => false, signal: ended.signal })) {
      ended.abort();
      return news.tasks;
    }
    return [];
  }

  return {
    ...shelf,
    console: page.images,
    tasks,
    putDeployment: (deployment) =>
      store.change((write) => {
        write.deployments.insert(deployment);
        write.journal.append({ kind: 'deployment-created', actor: 'service', deploymentId: deployment.id });
      }),
    removeDeployment: (id) =>
      store.change((write) => {
        write.deployments.delete(id);
        write.journal.append({ kind: 'deployment-deleted', actor: 'service', deploymentId: id });
      }),
    putStatuses: (deviceId, statuses) =>
      store.change((write) =>
        write.deployments.replaceStatuses(deviceId as DeviceId, { ['$edgeAgent' as ModuleId]: statuses }),
      ),
    ended: (taskId) =>
      eventually(async () => {
        const task = (await tasks()).find(({ id }) => id === taskId);
        if (task === undefined || task.state === 'running') throw new Error('it has not ended');
        return task;
      }),
    async close() {
      await page.stop();
      shares.stop();
      await shelf.close();
    },
  };
}
