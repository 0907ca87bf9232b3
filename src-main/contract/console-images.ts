// The console's procedures for images: what may be asked, checked for shape and size, and who answers. Bytes of images travel
// beside it, as plain HTTP bodies of the same listener (`imageUploadPath`, `imageArchivePath`), for they have no size limit.
import { z } from 'zod';
import type { Follower } from './console-inputs.ts';
import type {
  ImageDetail,
  ImageFileReport,
  ImageNews,
  ImagePage,
  ImageRemovalPlan,
  ImageUsage,
} from './console-image-rows.ts';
import type { ImageReadiness } from '#domain/images/ready-to-leave.ts';
import { largestPage } from './console-rows.ts';
import type { ConsoleImageShares } from './image-shares.ts';

/** POST, with the file as body and `?name=` its name. */
export const imageUploadPath = '/images';
/** GET, with `?repository=&digest=`, `?deployment=` for all that one names, or `?deployments=all`. */
export const imageArchivePath = '/images/archive';

const repository = z.string().min(1).max(255);
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'must be a digest');
const path = z.string().min(1).max(4_096);
const imageName = z.string().min(1).max(512);
const platform = z.string().min(1).max(128);
const deploymentIds = z.array(z.string().min(1).max(128)).min(1).max(1_000);
const bytes = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

export const imagePageRequest = z.strictObject({
  after: z.string().max(512).nullable().default(null),
  limit: z.int().min(1).max(largestPage).default(largestPage),
});
export const imageRequest = z.strictObject({ repository, digest });
export type ImageRequest = z.infer<typeof imageRequest>;

export const imageRemovalRequest = imageRequest.extend({
  /** One of its names alone; null: all of them, and the image with them. */
  tag: z.string().min(1).max(128).nullable().default(null),
});
export const imageQuotaRequest = z.strictObject({ quotaBytes: bytes.nullable() });
export const imagePathRequest = z.strictObject({ path });
export const imageImportRequest = z.strictObject({
  path,
  /** For an image that the file gives no name. */
  name: imageName.nullable().default(null),
  /** Of an image for many, only these; null: all. */
  platforms: z.array(platform).max(64).nullable().default(null),
});

export const imageFetchRequest = z.strictObject({
  image: imageName,
  /** Null: those of the site's devices, or all where it has none. */
  platforms: z.array(platform).max(64).nullable().default(null),
  /** Asked for, used, forgotten: never journaled, logged or kept. Null: those of the deployments that name the registry. */
  credential: z
    .strictObject({ user: z.string().min(1).max(256), password: z.string().max(8_192) })
    .nullable()
    .default(null),
});
/** Null: all deployments. */
export const imagesOfDeploymentsRequest = z.strictObject({ deploymentIds: deploymentIds.nullable().default(null) });

export const imageExportRequest = z.strictObject({
  /** A folder of the hub's machine, where a layout is made; or a file ending in `.tar`. */
  path,
  what: z.union([
    z.strictObject({ images: z.array(imageRequest).min(1).max(1_000) }),
    z.strictObject({ deploymentIds: deploymentIds.nullable() }),
  ]),
});
export type ImageExportWhat = z.infer<typeof imageExportRequest>['what'];

export const imageTaskRequest = z.strictObject({ id: z.string().min(1).max(64) });
export const imageUploadRequest = z.strictObject({
  name: z.string().min(1).max(255),
});
export const imageArchiveRequest = z.union([
  z.strictObject({ deployments: z.literal('all') }),
  imageRequest,
  z.strictObject({ deployment: z.string().min(1).max(128) }),
]);
export type ImageArchiveRequest = z.infer<typeof imageArchiveRequest>;

export interface StartedTask {
  readonly taskId: string;
}

/** A file on its way in: its bytes as they come, and how the sender takes it back. */
export interface ImageUpload {
  readonly name: string;
  /** Null: the sender does not say. */
  readonly bytes: number | null;
  readonly source: AsyncIterable<Uint8Array>;
}

/** What answers; it throws `AppError`. What takes long is a task: it goes on whoever looks, until it ends or is cancelled. */
export interface ConsoleImages extends ConsoleImageShares {
  images(request: z.infer<typeof imagePageRequest>): Promise<ImagePage>;
  /** Null: there is none. */
  image(request: ImageRequest): Promise<ImageDetail | null>;
  usage(): Promise<ImageUsage>;
  planRemoval(request: z.infer<typeof imageRemovalRequest>): Promise<ImageRemovalPlan>;
  /** Takes its names and manifests; `collect` frees the bytes. */
  remove(request: z.infer<typeof imageRemovalRequest>): Promise<ImageRemovalPlan>;
  collect(): Promise<{ readonly blobs: number; readonly freedBytes: number }>;
  setQuota(request: z.infer<typeof imageQuotaRequest>): Promise<ImageUsage>;
  /** What is in it, without importing. */
  inspect(request: z.infer<typeof imagePathRequest>): Promise<ImageFileReport>;
  importPath(request: z.infer<typeof imageImportRequest>): StartedTask;
  /** Resolves when its task has ended, however that went; rejects where none was begun. */
  upload(upload: ImageUpload, signal: AbortSignal): Promise<StartedTask>;
  fetch(request: z.infer<typeof imageFetchRequest>): StartedTask;
  /** Everything that these deployments name and the site has not. */
  fetchMissing(request: z.infer<typeof imagesOfDeploymentsRequest>): StartedTask;
  readiness(request: z.infer<typeof imagesOfDeploymentsRequest>): Promise<ImageReadiness>;
  exportPath(request: z.infer<typeof imageExportRequest>): StartedTask;
  /** An OCI layout as a tar, made while it is read. */
  archive(
    request: ImageArchiveRequest,
    signal: AbortSignal,
  ): { readonly fileName: string; readonly tar: AsyncIterable<Uint8Array> };
  cancelTask(request: z.infer<typeof imageTaskRequest>): void;
  /** Takes one that ended from the list. */
  forgetTask(request: z.infer<typeof imageTaskRequest>): void;
  follow(follower: Follower): AsyncGenerator<ImageNews, void, undefined>;
}
