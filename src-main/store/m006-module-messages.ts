// Messages from module to module that wait until theirs is connected.
import type { Migration } from './migration.ts';

export const m006ModuleMessages: Migration = {
  version: 6,
  name: 'module-messages',
  apply() {},
};
