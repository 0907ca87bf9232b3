// The console's procedures for files: check one, import it, and export a deployment, the modules of a device or the whole site.
// A file travels as the bytes it has on disk, in base64: only the hub decides what text they are.
import { z } from 'zod';
import type { ExportedDeploymentFile, ExportedFile, ExportedSite, FileReport } from './file-report.ts';

/** Of a file, in bytes. A state of thousands of devices fits; what is larger is to be split. */
export const largestFileBytes = 16 * 1024 * 1024;
const largestMetricsBytes = 256 * 1024;

function bytesInBase64(limit: number) {
  const tooLarge = `the file has more than the ${limit / 1024} KB that are read at once: split it`;
  return z
    .string()
    .max(Math.ceil(limit / 3) * 4, tooLarge)
    .regex(/^[A-Za-z0-9+/]*={0,2}$/, 'must be base64');
}

// Longer than any condition may be, so that the refusal is the language's own, in words.
const text = z.string().max(16_384);

export const fileRequest = z.strictObject({
  fileBase64: bytesInBase64(largestFileBytes),
  /** The id of a deployment whose file names none is made from it. */
  fileName: z.string().max(255).optional(),
  /** A metrics file beside it, as `-m` takes one. */
  metricsBase64: bytesInBase64(largestMetricsBytes).optional(),
  /** For a file of one deployment: these go before what the file says. */
  id: z.string().max(128).optional(),
  priority: z.number().optional(),
  targetCondition: text.optional(),
  labels: z.record(z.string().max(256), z.string().max(4096)).optional(),
  /** The schemas of agent and edge hub only warn, as with `--no-validation`. */
  noValidation: z.boolean().optional(),
  /** What becomes of a deployment that is there with the same content and other settings. Missing: it is kept. */
  existing: z.enum(['keep', 'update']).optional(),
});
export type FileRequest = z.infer<typeof fileRequest>;

export const importRequest = fileRequest.extend({
  /**
   * `each`: what can be imported is, each item whole or not at all. `all`: nothing is written unless all of it can be. Either way
   * it is written in portions: where one ends early (the disk is full, somebody else took an id, the hub was killed), what is in
   * stays, and the same file imported again goes on.
   */
  mode: z.enum(['all', 'each']),
});
export type ImportRequest = z.infer<typeof importRequest>;

const reader = z.enum(['iot-hub', 'lanyard']);

export const deploymentExportRequest = z.strictObject({ id: z.string().min(1).max(128), reader });
type DeploymentExportRequest = z.infer<typeof deploymentExportRequest>;

export const siteExportRequest = z.strictObject({ reader, devices: z.boolean() });
export type SiteExportRequest = z.infer<typeof siteExportRequest>;

export const moduleExportRequest = z.strictObject({ deviceId: z.string().min(1).max(128) });
type ModuleExportRequest = z.infer<typeof moduleExportRequest>;

/** What answers; all but the reports throw `AppError`. */
export interface ConsoleFiles {
  /** What an import would do, without doing it. */
  checkFile(request: FileRequest): Promise<FileReport>;
  importFile(request: ImportRequest): Promise<FileReport>;
  exportDeployment(request: DeploymentExportRequest): ExportedDeploymentFile;
  exportModules(request: ModuleExportRequest): ExportedFile;
  exportSite(request: SiteExportRequest): Promise<ExportedSite>;
}
