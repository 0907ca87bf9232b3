// One step of the schema's history.
import type { Connection } from './connection.ts';

export interface Migration {
  /** 1, 2, 3 …: becomes `user_version`. */
  readonly version: number;
  readonly name: string;
  apply(db: Connection): void;
}
