// The kinds of journal row in a word or two, by family, as the filter of the history offers them.
import type { Actor, JournalKind } from '#domain/records/journal-event.ts';

export const kindFamilies = {
  connections: 'Connections',
  devices: 'Devices and modules',
  twins: 'Twins and configuration',
  deployments: 'Deployments',
  rollouts: 'Rollouts',
  messages: 'Methods and messages',
  images: 'Images',
  hub: 'Hub and settings',
} as const;

export type KindFamily = keyof typeof kindFamilies;

export const kindWords: Readonly<Record<JournalKind, { readonly word: string; readonly family: KindFamily }>> = {
  'device-connected': { word: 'Connected', family: 'connections' },
  'device-disconnected': { word: 'Disconnected', family: 'connections' },
  'connection-refused': { word: 'Connection refused', family: 'connections' },
  'identity-contested': { word: 'Identity contested', family: 'connections' },
  'device-created': { word: 'Device added', family: 'devices' },
  'device-updated': { word: 'Device changed', family: 'devices' },
  'device-deleted': { word: 'Device deleted', family: 'devices' },
  'module-created': { word: 'Module added', family: 'devices' },
  'module-updated': { word: 'Module changed', family: 'devices' },
  'module-deleted': { word: 'Module deleted', family: 'devices' },
  'group-changed': { word: 'Group changed', family: 'devices' },
  'tags-changed': { word: 'Tags changed', family: 'twins' },
  'desired-changed': { word: 'Desired changed', family: 'twins' },
  'reported-changed': { word: 'Reported', family: 'twins' },
  'configuration-changed': { word: 'New revision', family: 'twins' },
  'configuration-cleared': { word: 'Left values taken away', family: 'twins' },
  'configuration-refused': { word: 'Configuration refused', family: 'twins' },
  'manifest-set': { word: 'Set by hand', family: 'twins' },
  'routes-skipped': { word: 'Routes skipped', family: 'twins' },
  'deployment-created': { word: 'Deployment created', family: 'deployments' },
  'deployment-updated': { word: 'Deployment changed', family: 'deployments' },
  'deployment-deleted': { word: 'Deployment deleted', family: 'deployments' },
  'deployment-limits-changed': { word: 'Limits changed', family: 'deployments' },
  'file-import-interrupted': { word: 'Import interrupted', family: 'deployments' },
  'rollout-created': { word: 'Rollout started', family: 'rollouts' },
  'rollout-advanced': { word: 'Rollout went on', family: 'rollouts' },
  'rollout-sent': { word: 'Attempt sent', family: 'rollouts' },
  'rollout-switch-released': { word: 'Switch released', family: 'rollouts' },
  'attempt-log-kept': { word: 'Log fetched', family: 'rollouts' },
  'method-called': { word: 'Method called', family: 'messages' },
  'cloud-message-queued': { word: 'Message queued', family: 'messages' },
  'cloud-message-taken': { word: 'Message taken', family: 'messages' },
  'cloud-message-expired': { word: 'Message dropped', family: 'messages' },
  'module-messages-dropped': { word: 'Module messages dropped', family: 'messages' },
  'image-damaged': { word: 'Image damaged', family: 'images' },
  'image-healed': { word: 'Image healed', family: 'images' },
  'image-removed': { word: 'Image removed', family: 'images' },
  'images-brought': { word: 'Images brought', family: 'images' },
  'image-stored': { word: 'Image stored', family: 'images' },
  'images-collected': { word: 'Space freed', family: 'images' },
  'image-quota-changed': { word: 'Image quota changed', family: 'images' },
  'image-shares-changed': { word: 'Pull terms changed', family: 'images' },
  'hub-started': { word: 'Hub started', family: 'hub' },
  'hub-stopped': { word: 'Hub stopped', family: 'hub' },
  'journal-broken': { word: 'Journal broken', family: 'hub' },
  'changes-lost': { word: 'Changes lost', family: 'hub' },
  'service-key-rotated': { word: 'Service key renewed', family: 'hub' },
  'service-key-shown': { word: 'Service key shown', family: 'hub' },
  'listening-chosen': { word: 'Address chosen', family: 'hub' },
  'backup-made': { word: 'Backup made', family: 'hub' },
  'clock-jumped': { word: 'Clock set', family: 'hub' },
};

export const journalKinds = Object.keys(kindWords) as readonly JournalKind[];

/** What devices report by the minute buries what people did: lists begin with the rest. */
export const kindsButReports = journalKinds.filter((kind) => kind !== 'reported-changed');

/** Who did it, as a table tells it. */
export const actorWords: Readonly<Record<Actor, string>> = {
  console: 'Person at the console',
  service: 'Script with a service key',
  hub: 'The hub',
  device: 'The device',
};

export const actors = Object.keys(actorWords) as readonly Actor[];

export function kindsOfFamily(family: KindFamily): readonly JournalKind[] {
  return journalKinds.filter((kind) => kindWords[kind].family === family);
}
