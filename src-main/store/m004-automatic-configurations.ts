// Automatic device configurations beside the deployments of edge devices.
import type { Migration } from './migration.ts';

export const m004AutomaticConfigurations: Migration = {
  version: 4,
  name: 'automatic-configurations',
  apply() {},
};
