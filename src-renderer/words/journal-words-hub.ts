// The sentences of journal rows about the hub itself, its settings and its images.
import { isJsonObject, type Json } from '#base/json.ts';
import type { JournalKind } from '#domain/records/journal-event.ts';
import { bytesInWords } from './bytes.ts';
import { type JournalTeller, numberIn, plural, scalarText, textIn, type ToldEntry } from './journal-sentence.ts';
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
    "The database's log was damaged: ",
    typeof detail['changes'] === 'number' ? plural(detail['changes'], 'change') : 'an unknown number of changes',
    ' that had been on disk are lost.',
  ],
  'service-key-rotated': () => ['The service key was made anew: tools with the old one are turned away.'],
  'service-key-shown': () => ['The service connection string was shown, with its key.'],
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
    ': ages told from before are off by as much.',
  ],
  'deployment-limits-changed': ({ detail }) => ['Limits of deployments were set', settingWords(detail['limits']), '.'],
  'file-import-interrupted': (entry) => [
    'The import of ',
    textIn(entry, 'fileName', 'a file'),
    ' ended after ',
    numberIn(entry, 'done'),
    ' of ',
    numberIn(entry, 'items'),
    ' items; what is in is in. Import it again to go on.',
  ],
  'group-changed': (entry) => ['Group ', textIn(entry, 'groupId', 'without a name'), ' was changed.'],
  'image-damaged': (entry) => [
    'The file of ',
    textIn(entry, 'digest', 'an image part'),
    ' is damaged or gone: it is given out no more. Bring the image again.',
  ],
  'image-healed': (entry) => ['The damaged ', textIn(entry, 'digest', 'image part'), ' came again, and is whole.'],
  'image-removed': (entry) => ['Image ', imageName(entry), ' was removed.'],
  'image-stored': (entry) => ['Image ', imageName(entry), ' is here.'],
  'images-brought': (entry) => [
    plural(Number(entry.detail['images'] ?? 0), 'image'),
    entry.detail['kind'] === 'file' ? ' came from a file' : ' came from a registry',
    ...(typeof entry.detail['from'] === 'string' ? [`: ${safeText(entry.detail['from'])}`] : []),
    '.',
  ],
  'images-collected': (entry) => [
    bytesWords(entry, 'freedBytes'),
    ' of images that nothing names any more were deleted: ',
    plural(Number(entry.detail['manifests'] ?? 0), 'manifest'),
    ' and ',
    plural(Number(entry.detail['blobs'] ?? 0), 'blob'),
    '.',
  ],
  'image-quota-changed': (entry) =>
    entry.detail['bytes'] === null
      ? ['Images may take as much as the disk has.']
      : ['Images may take ', bytesWords(entry, 'bytes'), '.'],
  'image-shares-changed': ({ detail }) => ['What pulls of images share was set', settingWords(detail), '.'],
} satisfies Readonly<Partial<Record<JournalKind, JournalTeller>>>;

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
