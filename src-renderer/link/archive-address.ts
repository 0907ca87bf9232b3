// Where the browser gets images as one file.
import { imageArchivePath, type ImageExportWhat } from '#contract/console-images.ts';

/** One image, one deployment, or all that deployments name. */
export function archiveAddress(what: ImageExportWhat): string {
  return `${imageArchivePath}?${new URLSearchParams(queryOf(what)).toString()}`;
}

function queryOf(what: ImageExportWhat): Record<string, string> {
  if (!('images' in what)) {
    const [deployment] = what.deploymentIds ?? [];
    return deployment === undefined ? { deployments: 'all' } : { deployment };
  }
  const [image] = what.images;
  return image === undefined ? { deployments: 'all' } : { repository: image.repository, digest: image.digest };
}
