// The sentences of journal rows about the hub itself, its settings and its images.
import { isJsonObject, type Json } from '#base/json.ts';
import type { JournalKind } from '#domain/records/journal-event.ts';
import { itemsIn } from '#contract/journal-brief.ts';
import { bytesInWords } from './bytes.ts';
import {
  type JournalTeller,
  list,
  numberIn,
  plural,
  pluralIn,
  scalarText,
  textIn,
  type ToldEntry,
} from './journal-sentence.ts';
import { safeText } from './safe-text.ts';

export const hubTellers = {
  'hub-started': () => ['The hub started.'],
  'hub-stopped': () => ['The hub stopped.'],
  'journal-broken': (entry) => [
    'The journal was changed by other means than the hub: from row ',
    numberIn(entry, 'seq'),
    ' on it proves nothing.',
  ],
  'changes-lost': ({ detail }) => [
    "The database's log was damaged, and ",
    typeof detail['changes'] === 'number' ? plural(detail['changes'], 'change') : 'an unknown number of changes',
    detail['changes'] === 1 ? ' that was saved is lost.' : ' that were saved are lost.',
  ],
  'service-key-rotated': () => ['The service key was made anew: tools with the old one are turned away.'],
  'service-key-shown': () => ['The service connection string was shown, with its key.'],
  'listening-chosen': (entry) => [
    'From its next start the hub is to listen at ',
    textIn(entry, 'host', 'an address'),
    ', HTTPS at port ',
    numberIn(entry, 'httpsPort'),
    ' and MQTT at port ',
    numberIn(entry, 'mqttPort'),
    '.',
  ],
  'backup-made': (entry) => [
    'A copy of the database was made: ',
    textIn(entry, 'fileName', 'without a name'),
    ', ',
    bytesWords(entry, 'bytes'),
    '.',
  ],
  'clock-jumped': ({ detail }) => [
    'The clock of this machine was set ',
    Number(detail['byMs']) < 0 ? 'back' : 'forward',
    ' by ',
    durationWords(Math.abs(Number(detail['byMs']))),
    ': times of rows before this one are off by as much.',
  ],
  'deployment-limits-changed': ({ detail }) => ['Limits of deployments were set', settingWords(detail['limits']), '.'],
  'file-import-interrupted': (entry) => [
    'The import of ',
    textIn(entry, 'fileName', 'a file'),
    ' ended early: ',
    numberIn(entry, 'done'),
    ' of ',
    numberIn(entry, 'items'),
    ' items are in. Import it again to go on.',
  ],
  'group-changed': groupTeller,
  'image-damaged': (entry) => [
    'A part of an image is damaged or gone (',
    digestWords(entry),
    '): no device gets it. Bring the image again.',
  ],
  'image-healed': (entry) => ['The damaged part of an image came again and is whole (', digestWords(entry), ').'],
  'image-removed': (entry) => ['Image ', imageName(entry), ' was removed from this hub.'],
  'image-stored': (entry) => ['Image ', imageName(entry), ' was stored on this hub.'],
  'images-brought': (entry) => [
    sentenceStart(pluralIn(entry, 'images', 'image')),
    entry.detail['kind'] === 'file' ? ' came from a file' : ' came from a registry',
    ...(typeof entry.detail['from'] === 'string' ? [`: ${safeText(entry.detail['from'])}`] : []),
    '.',
  ],
  'images-collected': (entry) => [
    sentenceStart(bytesWords(entry, 'freedBytes')),
    ' of disk was freed: ',
    pluralIn(entry, 'manifests', 'image'),
    ' and ',
    pluralIn(entry, 'blobs', 'part'),
    ' of images that nothing names any more were deleted.',
  ],
  'image-quota-changed': (entry) =>
    entry.detail['bytes'] === null
      ? ['Images may take as much as the disk has.']
      : ['Images may take ', bytesWords(entry, 'bytes'), ' of the disk.'],
  'image-shares-changed': ({ detail }) => ['How devices fetch images was set', settingWords(detail), '.'],
} satisfies Readonly<Partial<Record<JournalKind, JournalTeller>>>;

function groupTeller(entry: ToldEntry): readonly string[] {
  const rings = itemsIn(entry.detail['rings']);
  if (entry.detail['rings'] !== undefined)
    return rings.count === 0
      ? ['No group is a ring of rollouts any more.']
      : ['The rings of rollouts were set, the first one first: ', list(rings), '.'];
  const what = entry.detail['isDeleted'] === true ? ' was deleted.' : ' was made or given other members.';
  return ['Group ', textIn(entry, 'groupId', 'without a name'), what];
}

/** As Docker shortens it: `sha256:0123456789ab`. */
function digestWords({ detail: { digest } }: ToldEntry): string {
  return typeof digest === 'string' ? safeText(digest.slice(0, 19)) : 'which one was not kept';
}

function sentenceStart(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function imageName({ detail }: ToldEntry): string {
  const { repository, tag, digest } = detail;
  const name = typeof repository === 'string' ? repository : '?';
  if (typeof tag === 'string') return safeText(`${name}:${tag}`);
  return safeText(typeof digest === 'string' ? `${name}@${digest.slice(0, 19)}` : name);
}

function bytesWords({ detail }: ToldEntry, key: string): string {
  const bytes = detail[key];
  return typeof bytes === 'number' ? bytesInWords(bytes) : 'an unknown amount';
}

/** `: pulls at once 4, siblings on`; null is what is usual. */
function settingWords(settings: Json | undefined): string {
  if (!isJsonObject(settings)) return '';
  const told = Object.entries(settings).map(
    ([name, value]) => `${wordsOfName(name)} ${scalarText(value ?? 'as usual')}`,
  );
  return told.length === 0 ? '' : safeText(`: ${told.join(', ')}`);
}

function wordsOfName(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function durationWords(ms: number): string {
  if (!Number.isFinite(ms)) return 'an unknown time';
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  if (ms < 172_800_000) return `${Math.round(ms / 3_600_000)} h`;
  return `${Math.round(ms / 86_400_000)} days`;
}
