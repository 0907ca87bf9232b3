// What the Images screen asks of the hub, over the page's one connection.
import type { TRPCClient } from '@trpc/client';
import type { ConsoleRouter } from '#contract/console-api.ts';
import type { ImageNews } from '#contract/console-image-rows.ts';
import type { ImageExportWhat, ImageRequest } from '#contract/console-images.ts';
import type { ImageShareTerms } from '#contract/image-shares.ts';

export interface FetchOrder {
  readonly image: string;
  readonly credential: { readonly user: string; readonly password: string } | null;
}

export function createImagesApi(client: TRPCClient<ConsoleRouter>) {
  return {
    images: (after: string | null) => client.images.query({ after }),
    image: (request: ImageRequest) => client.image.query(request),
    usage: () => client.imageUsage.query(),
    planRemoval: (request: ImageRequest) => client.planImageRemoval.query(request),
    remove: (request: ImageRequest) => client.removeImage.mutate(request),
    collect: () => client.collectImages.mutate(),
    setQuota: (quotaBytes: number | null) => client.setImageQuota.mutate({ quotaBytes }),
    inspect: (path: string) => client.inspectImages.query({ path }),
    importPath: (path: string, name: string | null) => client.importImages.mutate({ path, name }),
    fetch: (order: FetchOrder) => client.fetchImage.mutate(order),
    fetchMissing: (deploymentIds: string[] | null) => client.fetchMissingImages.mutate({ deploymentIds }),
    readiness: () => client.imageReadiness.query({}),
    exportPath: (path: string, what: ImageExportWhat) => client.exportImages.mutate({ path, what }),
    cancelTask: (id: string) => client.cancelImageTask.mutate({ id }),
    forgetTask: (id: string) => client.forgetImageTask.mutate({ id }),
    setShares: (terms: ImageShareTerms) => client.setImageShares.mutate(terms),
    follow(on: { readonly onNews: (news: ImageNews) => void; readonly onEnd: () => void }) {
      const subscription = client.imageNews.subscribe(undefined, {
        onData: on.onNews,
        onError: on.onEnd,
        onComplete: on.onEnd,
      });
      return () => subscription.unsubscribe();
    },
  };
}

export type ImagesApi = ReturnType<typeof createImagesApi>;
