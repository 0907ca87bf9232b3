// Work done in portions, as the store remembers it, for those who do it.
import type { DeploymentId, DeviceId } from '#base/ids.ts';
import type { Actor } from '#domain/records/journal-event.ts';

/** What a configuration left is being taken away, device by device in the order of their ids. */
export interface LeftValueClearing {
  readonly configurationId: DeploymentId;
  /** Who asked for it. */
  readonly actor: Actor;
  /** The last device it came to. */
  readonly afterDeviceId: DeviceId;
}

/** The import of a file whose end is not on disk. */
export interface FileImport {
  readonly id: number;
  readonly begunAtMs: number;
  readonly fileName: string | null;
  readonly items: number;
  /** How many of them are on disk. */
  readonly done: number;
}

export interface UnfinishedWorkReaders {
  clearings(): readonly LeftValueClearing[];
  /** Whether statuses of deployments that are gone may still lie there; nobody sees them. */
  hasGoneDeployments(): boolean;
  imports(): readonly FileImport[];
}

export interface UnfinishedWorkWriters {
  /** Begins it, or says how far it came. */
  setClearing(clearing: LeftValueClearing): void;
  endClearing(configurationId: DeploymentId): void;
  /** Deletes so many statuses of deployments that are gone; false when there are none any more. */
  dropGoneStatuses(most: number): boolean;
  beginImport(begun: Omit<FileImport, 'id' | 'done'>): number;
  noteImport(id: number, done: number): void;
  endImport(id: number): void;
}
