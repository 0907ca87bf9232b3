// The values of tags, by path: which devices a condition can mean is looked up, not searched.
import type { Migration } from './migration.ts';

export const m005TagValues: Migration = {
  version: 5,
  name: 'tag-values',
  apply() {},
};
