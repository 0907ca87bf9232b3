// What is done with images on a person's word: the long work behind the console's tasks.
import type { ImageFileReport } from '#contract/console-image-rows.ts';
import type { ImageReadiness } from '#domain/images/ready-to-leave.ts';
import type { Digest } from '#domain/manifests/image-digest.ts';
import type { ImageArchiveRequest, ImageExportWhat } from '#contract/console-images.ts';
import type { ProgressListener } from './image-progress.ts';

export interface WorkWatch {
  readonly signal: AbortSignal;
  readonly onProgress: ProgressListener;
}

export interface BroughtImages {
  readonly images: readonly { readonly name: string; readonly repository: string; readonly digest: Digest }[];
  readonly warnings: readonly string[];
}

export interface PersonCredential {
  readonly user: string;
  readonly password: string;
}

/** Everything throws `AppError`; what is cancelled by the signal rejects. */
export interface ImageWork {
  inspect(path: string): Promise<ImageFileReport>;
  /** `platforms` null: all. */
  import(
    request: { readonly path: string; readonly name: string | null; readonly platforms: readonly string[] | null },
    watch: WorkWatch,
  ): Promise<BroughtImages>;
  /** `platforms` null: those of the site's devices, or all where it has none. */
  fetch(
    request: {
      readonly image: string;
      readonly platforms: readonly string[] | null;
      readonly credential: PersonCredential | null;
    },
    watch: WorkWatch,
  ): Promise<BroughtImages>;
  /** What the deployments name and the site has not; null: all deployments. */
  fetchMissing(deploymentIds: readonly string[] | null, watch: WorkWatch): Promise<BroughtImages>;
  readiness(deploymentIds: readonly string[] | null): Promise<ImageReadiness>;
  /** Names of the images that went out. */
  export(
    request: { readonly path: string; readonly what: ImageExportWhat },
    watch: WorkWatch,
  ): Promise<{ readonly images: readonly string[]; readonly warnings: readonly string[] }>;
  archive(
    what: ImageArchiveRequest,
    signal: AbortSignal,
  ): { readonly fileName: string; readonly tar: AsyncIterable<Uint8Array> };
}
