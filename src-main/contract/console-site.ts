// The site itself, for the home, the settings and the status bar: what needs a person, what the machine has left, how this hub is
// reached and kept. Ids and texts in here may come from devices: whoever draws them treats them as hostile.
import { z } from 'zod';
import type { WaitedWave } from '#domain/rollouts/rollout-waiting.ts';
import type { Follower } from './console-inputs.ts';
import type { SiteFacts } from './console-rows.ts';
import type { Listening, ListeningView } from './console-listening.ts';

/** What the status bar shows; the whole of it each time. */
export interface SiteNews {
  /** Of the product. */
  readonly version: string;
  /** A laptop gets other addresses while the hub runs. */
  readonly site: SiteFacts;
  /** Of the disk that the data folder lies on; null: the system does not tell. */
  readonly disk: { readonly freeBytes: number; readonly totalBytes: number } | null;
  /** The database with its log; null: they cannot be read. */
  readonly databaseBytes: number | null;
  readonly imageBytes: number;
  /** Connections of devices and tools that the site's listeners hold. */
  readonly connections: number;
  /** The newest jump of the clock within a day; `byMs` below 0: it went back. Null: none is known. */
  readonly clockJump: { readonly atMs: number; readonly byMs: number } | null;
  /** When the first of the site's certificates ends; null: none can be read. */
  readonly certificateEndsAtMs: number | null;
  readonly backup: BackupProgress | null;
}

/** Measured. */
export interface BackupProgress {
  readonly step: 'copying' | 'checking';
  readonly startedAtMs: number;
  readonly doneBytes: number;
  /** 0: not known yet. */
  readonly totalBytes: number;
}

export type AttentionLevel = 'urgent' | 'warning' | 'note';

/** A file or folder of the site's own that cannot be read. */
export interface UnreadFile {
  readonly what: 'site-ca' | 'server' | 'backups' | 'backup';
  readonly path: string;
  /** In words, as the end of a sentence: `this program may not read it`. */
  readonly reason: string;
  readonly isMissing: boolean;
}

interface DeviceGroup {
  /** The first of them by id, fifty at most. */
  readonly deviceIds: readonly string[];
  readonly devices: number;
  /** Since when the first of them stands so; null: not known. */
  readonly sinceMs: number | null;
}

/** Devices of a rollout that go on when a person did something. */
interface RolloutCall {
  readonly deploymentId: string;
  readonly devices: number;
  /** The first of them by id, a few. */
  readonly deviceIds: readonly string[];
}

/** Something that needs a person; one line of the list, however many devices it is about. */
export type AttentionMatter =
  /** From this row on the journal proves nothing. */
  | { readonly kind: 'journal-broken'; readonly seq: number }
  /** The database's log was damaged; null: nobody knows how many changes went with it. */
  | { readonly kind: 'changes-lost'; readonly changes: number | null }
  | { readonly kind: 'disk-low'; readonly freeBytes: number; readonly totalBytes: number }
  | { readonly kind: 'certificate-ending'; readonly purpose: CertificateRow['purpose']; readonly endsAtMs: number }
  /** It is there, and cannot be read. */
  | ({ readonly kind: 'file-unread' } & UnreadFile)
  | { readonly kind: 'images-damaged'; readonly digests: readonly string[]; readonly images: number }
  /** `reason`: in the hub's words, who stopped it and why. */
  | {
      readonly kind: 'rollout-stopped';
      readonly deploymentId: string;
      readonly status: 'paused' | 'rolling-back' | 'rolled-back';
      readonly isByPerson: boolean;
      readonly reason: string;
      readonly failures: number;
      readonly devices: number;
    }
  /** As its plan has it: its next wave is for a person to open, and all that was asked of the one before is there. */
  | ({ readonly kind: 'rollout-waits'; readonly deploymentId: string } & Omit<WaitedWave, 'sinceMs'>)
  /** Devices have all they need, and the policy has a person say when they switch. */
  | ({ readonly kind: 'rollout-person-now' } & RolloutCall)
  /**
   * Nothing of it moves on by itself: these devices are in the way, the first of them for `reason`. `held`: of them, so many hold their
   * switch; `behind`: others, whose turn does not come before.
   */
  | ({
      readonly kind: 'rollout-held';
      readonly held: number;
      readonly behind: number;
      readonly reason: string;
    } & RolloutCall)
  /** All of its newest wave is switched off, so that the next, wave `number`, does not open. */
  | ({
      readonly kind: 'rollout-asleep';
      readonly name: string;
      readonly number: number;
      readonly waves: number;
    } & RolloutCall)
  /** Devices fell silent while in change, and do not come back; `succeeded`: others, that ran well with it. */
  | ({ readonly kind: 'rollout-silent'; readonly succeeded: number } & RolloutCall)
  /** What the deployments make of these devices cannot be sent to them. */
  | ({ readonly kind: 'configuration-refused'; readonly reason: string } & DeviceGroup)
  /** `module` null: the configuration itself failed. */
  | ({ readonly kind: 'devices-failing'; readonly module: string | null; readonly reason: string } & DeviceGroup)
  | {
      readonly kind: 'identity-contested';
      readonly deviceId: string;
      readonly moduleId: string | null;
      readonly addresses: readonly string[];
    }
  | {
      readonly kind: 'connections-refused';
      readonly address: string;
      readonly reason: string;
      /** Within the last hour that it happened. */
      readonly count: number;
      readonly deviceId: string | null;
    }
  | { readonly kind: 'clock-jumped'; readonly byMs: number }
  /** `worstMs`: of the one that is furthest off; below 0 it is behind. Of `measured` clocks; `isHubSuspect`: the wrong one is here. */
  | ({
      readonly kind: 'clocks-off';
      readonly worstMs: number;
      readonly measured: number;
      readonly isHubSuspect: boolean;
    } & DeviceGroup)
  | ({ readonly kind: 'devices-offline' } & DeviceGroup);

export interface AttentionItem {
  /** The same as long as it is the same matter. */
  readonly key: string;
  readonly level: AttentionLevel;
  /** Null: not known. */
  readonly sinceMs: number | null;
  readonly matter: AttentionMatter;
}

/** The whole of it each time, the worst first. */
export interface Attention {
  readonly items: readonly AttentionItem[];
  /** Matters beyond those told. */
  readonly untold: number;
  /** False: not every device was looked at yet, so that more may come. */
  readonly isComplete: boolean;
}

export interface CertificateRow {
  readonly purpose: 'site-ca' | 'server';
  readonly file: string;
  /** SHA-256, in pairs: `A1:B2:…`. */
  readonly fingerprint: string;
  readonly issuedAtMs: number;
  readonly endsAtMs: number;
  /** From so many milliseconds before its end it is told as ending. */
  readonly warnBeforeMs: number;
  /** Host names and addresses it stands for; empty for the authority. */
  readonly names: readonly string[];
}

export interface BackupRow {
  readonly fileName: string;
  readonly bytes: number;
  readonly madeAtMs: number;
  /** `before-migration`: made by a newer hub before it changed the database to its own form. */
  readonly reason: 'asked' | 'before-migration';
}

/** What is kept, how much of it there is, and how much there may be. */
export interface RetentionRow {
  readonly what: 'journal' | 'revisions' | 'telemetry' | 'cloud-messages' | 'module-messages' | 'attempt-logs' | 'log';
  /** Null: it is not counted. */
  readonly rows: number | null;
  /** In words: `the newest 100,000 messages, or 256 MB of them`. */
  readonly rule: string;
  /** False: nothing ever goes. */
  readonly isPruned: boolean;
}

/** How this hub is reached, kept and run: what changes only with its start, or is asked for. No secret is in it. */
export interface SiteSettings {
  readonly version: string;
  readonly https: string;
  readonly mqtts: string;
  readonly host: string;
  readonly httpsPort: number;
  readonly mqttPort: number;
  /** Names and addresses under which devices may reach it. */
  readonly names: readonly string[];
  readonly dataDir: string;
  readonly database: string;
  readonly backupsDir: string;
  readonly caFile: string;
  /** Null: it cannot be read, and stands among `unread`. */
  readonly caPem: string | null;
  /** Those that can be read. */
  readonly certificates: readonly CertificateRow[];
  readonly unread: readonly UnreadFile[];
  readonly retention: readonly RetentionRow[];
  readonly startedAtMs: number;
  readonly nodeVersion: string;
  readonly platform: string;
}

export interface BackupList {
  /** Newest first. */
  readonly rows: readonly BackupRow[];
  /** How many that were asked for are kept: one more, and the oldest goes. */
  readonly mostKept: number;
  /** The folder, or copies in it: they are not among the rows. */
  readonly unread: readonly UnreadFile[];
}

export interface DiagnosticsFile {
  readonly fileName: string;
  /** JSON, made to be read by people too. No key, token or password is in it. */
  readonly text: string;
}

/** The page does not say more than this: everything else is measured where it is asked. */
export const revealRequest = z.strictObject({ what: z.literal('service-connection-string') });

/** What answers; it throws `AppError`. */
export interface ConsoleSite {
  followSite(follower: Follower): AsyncGenerator<SiteNews, void, undefined>;
  followAttention(follower: Follower): AsyncGenerator<Attention, void, undefined>;
  settings(): Promise<SiteSettings>;
  listening(): ListeningView;
  /** Keeps it for the next start. Refused (`request.invalid`) when this machine has no such address or cannot have that port. */
  chooseListening(request: Listening): Promise<ListeningView>;
  /** The one answer with a secret in it; journaled. */
  reveal(request: z.infer<typeof revealRequest>): { readonly text: string };
  backups(): Promise<BackupList>;
  /** Resolves when the copy is on disk and was checked; unready (`store.full`, `backup.busy`) when there is none. */
  backUp(): Promise<BackupRow>;
  /** Ends the one under way; nothing of it stays. */
  cancelBackup(): void;
  diagnostics(): Promise<DiagnosticsFile>;
}
