// The console's procedures for the site's images; what they ask and answer stands in console-images.ts.
import {
  imageExportRequest,
  imageFetchRequest,
  imageImportRequest,
  imagePageRequest,
  imagePathRequest,
  imageQuotaRequest,
  imageRemovalRequest,
  imageRequest,
  imagesOfDeploymentsRequest,
  imageTaskRequest,
} from './console-images.ts';
import type { ConsoleTrpc } from './console-trpc.ts';
import { imageShareChange } from './image-shares.ts';

export function imageProcedures(trpc: ConsoleTrpc) {
  return {
    images: trpc.procedure.input(imagePageRequest).query(({ ctx, input }) => ctx.images.images(input)),
    image: trpc.procedure.input(imageRequest).query(({ ctx, input }) => ctx.images.image(input)),
    imageUsage: trpc.procedure.query(({ ctx }) => ctx.images.usage()),
    planImageRemoval: trpc.procedure
      .input(imageRemovalRequest)
      .query(({ ctx, input }) => ctx.images.planRemoval(input)),
    removeImage: trpc.procedure.input(imageRemovalRequest).mutation(({ ctx, input }) => ctx.images.remove(input)),
    collectImages: trpc.procedure.mutation(({ ctx }) => ctx.images.collect()),
    setImageQuota: trpc.procedure.input(imageQuotaRequest).mutation(({ ctx, input }) => ctx.images.setQuota(input)),
    inspectImages: trpc.procedure.input(imagePathRequest).query(({ ctx, input }) => ctx.images.inspect(input)),
    importImages: trpc.procedure.input(imageImportRequest).mutation(({ ctx, input }) => ctx.images.importPath(input)),
    // Its input holds a password: a mutation, never asked again.
    fetchImage: trpc.procedure.input(imageFetchRequest).mutation(({ ctx, input }) => ctx.images.fetch(input)),
    fetchMissingImages: trpc.procedure
      .input(imagesOfDeploymentsRequest)
      .mutation(({ ctx, input }) => ctx.images.fetchMissing(input)),
    imageReadiness: trpc.procedure
      .input(imagesOfDeploymentsRequest)
      .query(({ ctx, input }) => ctx.images.readiness(input)),
    exportImages: trpc.procedure.input(imageExportRequest).mutation(({ ctx, input }) => ctx.images.exportPath(input)),
    cancelImageTask: trpc.procedure.input(imageTaskRequest).mutation(({ ctx, input }) => ctx.images.cancelTask(input)),
    forgetImageTask: trpc.procedure.input(imageTaskRequest).mutation(({ ctx, input }) => ctx.images.forgetTask(input)),
    imageShares: trpc.procedure.query(({ ctx }) => ctx.images.imageShares()),
    setImageShares: trpc.procedure
      .input(imageShareChange)
      .mutation(({ ctx, input }) => ctx.images.setImageShares(input)),
    imageNews: trpc.procedure.subscription(({ ctx, signal }) =>
      ctx.images.follow({ isLagging: ctx.isLagging, signal }),
    ),
  };
}
