// What an import did, or would do, item by item; and what an export made. Shapes alone: the console shows them, the hub fills them.
import type { Problem } from '#base/result.ts';
import type { FileFormat } from '#domain/deployments/deployment-file.ts';

/**
 * `create`, `update`: what a check found would be done. `created`, `updated`: what was done. `same`: it is there as the file has
 * it. `different`: it is there otherwise, and stays. `refused`: it cannot be, `problems` say why. `held`: not done, because
 * another item was refused and all or none was asked for.
 */
export type ItemOutcome = 'create' | 'update' | 'created' | 'updated' | 'same' | 'different' | 'refused' | 'held';

export interface ItemReport {
  readonly kind: 'base' | 'layer' | 'device-configuration' | 'module-configuration' | 'device';
  /** Of the deployment or device; '' when the file has none. */
  readonly id: string;
  /** Where it stands in the file. */
  readonly at: string;
  readonly outcome: ItemOutcome;
  /** For what is there: the fields that differ. */
  readonly changes: readonly string[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

export interface FileReport {
  /** Null: the file could not be read, `problems` say why. */
  readonly format: FileFormat | null;
  /** In the order in which they are imported. */
  readonly items: readonly ItemReport[];
  /** What is wrong with the file as a whole: then nothing of it was imported. */
  readonly problems: readonly Problem[];
  /** What of the file is passed over. */
  readonly notices: readonly Problem[];
}

/** A file to be saved. */
export interface ExportedFile {
  readonly fileName: string;
  readonly text: string;
  /** What was rewritten or left out, and what the file gives away. */
  readonly notices: readonly Problem[];
}

export interface ExportedDeploymentFile extends ExportedFile {
  /** Creates it in the cloud from the saved file; for a POSIX shell. */
  readonly command: string;
}

export interface ExportedSite extends ExportedFile {
  readonly deployments: number;
  readonly devices: number;
}
