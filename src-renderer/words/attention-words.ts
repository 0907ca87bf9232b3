// What needs a person, in words: what happened, where, what was done about it, and the next step with the address it leads to.
// Ids and reasons may come from devices: every one of them is made safe here.
import type { AttentionItem, AttentionLevel, AttentionMatter } from '#contract/console-site.ts';
import { sentence, type AttentionWords, type WayOn } from './attention-parts.ts';
import { callWords, stoppedWords, waitingWords } from './attention-rollout-words.ts';
import { bytesInWords } from './bytes.ts';
import { clockHint, offsetInWords } from './contact-words.ts';
import { filterPath } from './device-filter.ts';
import { reasonWords } from './journal-sentence.ts';
import { conditionOfDevices, devicePath, historyPath, imagesPath, settingsPath } from './paths.ts';
import { safeText } from './safe-text.ts';
import { jumpInWords, unreadInWords, untilInWords } from './site-words.ts';
import type { StatusWords } from './status-words.ts';

export const levelWords: Readonly<Record<AttentionLevel, StatusWords>> = {
  urgent: { word: 'Urgent', meaning: 'It does not mend itself.', color: 'red', icon: 'bad' },
  warning: { word: 'Warning', meaning: 'Something is not as it should be.', color: 'orange', icon: 'bad' },
  note: { word: 'Note', meaning: 'Worth knowing.', color: 'gray', icon: 'idle' },
};

export function attentionWords({ matter }: Pick<AttentionItem, 'matter'>, nowMs: number): AttentionWords {
  switch (matter.kind) {
    case 'devices-failing':
    case 'configuration-refused':
    case 'devices-offline':
      return deviceWords(matter);
    case 'clocks-off':
      return clockWords(matter);
    case 'rollout-stopped':
      return stoppedWords(matter);
    case 'rollout-waits':
      return waitingWords(matter);
    case 'rollout-person-now':
    case 'rollout-held':
    case 'rollout-asleep':
    case 'rollout-silent':
      return callWords(matter);
    case 'identity-contested':
    case 'connections-refused':
      return strangerWords(matter);
    case 'journal-broken':
    case 'changes-lost':
    case 'images-damaged':
      return dataWords(matter);
    case 'disk-low':
    case 'certificate-ending':
    case 'file-unread':
    case 'clock-jumped':
      return machineWords(matter, nowMs);
  }
}

/** As it is copied: one fact a line. */
export function attentionInWords(item: AttentionItem, nowMs: number): string {
  const { what, where, more, done, next } = attentionWords(item, nowMs);
  const places = [...where, ...(more === null ? [] : [more])].map(({ word }) => word).join(', ');
  const lines = [
    `${levelWords[item.level].word}: ${what}`,
    places !== '' && `Where: ${places}`,
    item.sinceMs !== null && `Since: ${new Date(item.sinceMs).toISOString()}`,
    done !== null && `Done about it: ${done}`,
    `What you can do: ${next.word}`,
  ];
  return lines.filter((line) => line !== false).join('\n');
}

type Of<Kind extends AttentionMatter['kind']> = Extract<AttentionMatter, { kind: Kind }>;

type GroupKind = 'devices-failing' | 'configuration-refused' | 'devices-offline' | 'clocks-off';

const mostNamed = 5;

function deviceWords(matter: Of<Exclude<GroupKind, 'clocks-off'>>): AttentionWords {
  const { kind, devices, deviceIds } = matter;
  const many = devices === 1 ? '1 device' : `${devices} devices`;
  const [first = ''] = deviceIds;
  const { where, more, list } = placesOf(matter);
  if (kind === 'devices-offline') {
    const next = devices === 1 ? aDevice(first) : { word: 'See these devices', path: list };
    const done = 'What is meant for them waits until they are back.';
    return { what: `${many} offline for more than an hour.`, where, more, done, next };
  }
  if (kind === 'configuration-refused') {
    const what = `${many} cannot be given what the deployments make of ${devices === 1 ? 'it' : 'them'}: ${sentence(matter.reason)}`;
    const done = `${devices === 1 ? 'It keeps' : 'They keep'} what ${devices === 1 ? 'it has' : 'they have'}.`;
    return {
      what,
      where,
      more,
      done,
      next: { word: 'See which deployments', path: `${devicePath(first)}?tab=effective` },
    };
  }
  const what =
    matter.module === null
      ? `The configuration failed on ${many}: ${sentence(matter.reason)}`
      : `Module ${safeText(matter.module)} ${safeText(matter.reason)} on ${many}.`;
  const next = { word: devices === 1 ? 'Read its log' : 'Read a log', path: `${devicePath(first)}?tab=logs` };
  return { what, where, more, done: null, next };
}

/** The first by name; all of them as a list: by name too where the hub tells all, else by their state. */
function placesOf({ kind, deviceIds, devices }: Of<GroupKind>) {
  const state = kind === 'devices-offline' ? 'offline' : kind === 'devices-failing' ? 'failing' : null;
  const isAll = deviceIds.length === devices;
  const list = isAll ? filterPath({ query: conditionOfDevices(deviceIds) }) : filterPath({ state });
  const named = deviceIds.slice(0, mostNamed);
  const rest = devices - named.length;
  const where = named.map((id) => ({ word: safeText(id), path: devicePath(id) }));
  return { where, list, more: rest === 0 ? null : { word: `and ${rest} more`, path: list } };
}

function clockWords(matter: Of<'clocks-off'>): AttentionWords {
  const { devices, deviceIds, worstMs, measured, isHubSuspect } = matter;
  const { where, more, list } = placesOf(matter);
  const off = `${offsetInWords(worstMs)} ${worstMs < 0 ? '' : 'of '}this laptop's`;
  const [first = ''] = deviceIds;
  const whose = devices === 1 ? `The clock of ${safeText(first)} is ${off}` : `${devices} clocks are up to ${off}`;
  const what = isHubSuspect
    ? `This laptop's clock may be wrong: ${devices} of the ${measured} devices that tell their time agree that it is ${offsetInWords(-worstMs)}. Set it.`
    : `${whose}: tokens and certificates may be refused. Set ${devices === 1 ? 'it' : 'them'}, or give a time server.`;
  const next = devices === 1 ? aDevice(first) : { word: 'See these devices', path: list };
  const whoseTimes = devices === 1 ? 'that the device reports' : 'that these devices report';
  const done = `No clock was set. Times ${whoseTimes} are off by as much.`;
  return { what, where, more, done, next };
}

function strangerWords(matter: Of<'identity-contested' | 'connections-refused'>): AttentionWords {
  if (matter.kind === 'identity-contested') {
    const name = matter.moduleId === null ? matter.deviceId : `${matter.deviceId}/${matter.moduleId}`;
    const addresses = matter.addresses.filter((address) => address !== '').map(safeText);
    const from = addresses.length === 0 ? '' : `, from ${addresses.join(' and ')}`;
    return {
      what: `Two programs connect as ${safeText(name)} and take it from each other${from}.`,
      where: [{ word: safeText(matter.deviceId), path: devicePath(matter.deviceId) }],
      more: null,
      done: 'Each newcomer has to wait for five seconds.',
      next: aDevice(matter.deviceId),
    };
  }
  const { address, reason, count, deviceId } = matter;
  const from = address === 'many' ? 'many addresses' : safeText(address) || 'an unknown address';
  return {
    what: `${count} connections from ${from} were refused: ${sentence(reasonWords(reason))}${clockHint(reason)}`,
    where: deviceId === null ? [] : [{ word: safeText(deviceId), path: devicePath(deviceId) }],
    more: null,
    done: 'Each of them was closed.',
    next: deviceId === null ? { word: 'See the history', path: historyPath } : aDevice(deviceId),
  };
}

function dataWords(matter: Of<'journal-broken' | 'changes-lost' | 'images-damaged'>): AttentionWords {
  const nowhere = { where: [], more: null };
  switch (matter.kind) {
    case 'journal-broken':
      return {
        ...nowhere,
        what: `From row ${matter.seq} on the journal proves nothing: the database was changed by other means than this hub.`,
        done: 'The hub goes on; devices have no part in it.',
        next: { word: 'See the copies to go back to', path: settingsPath },
      };
    case 'changes-lost': {
      const many = matter.changes === null ? 'Changes' : `${matter.changes} changes`;
      const lost = matter.changes === 1 ? 'A change that was on disk is lost' : `${many} that were on disk are lost`;
      return {
        ...nowhere,
        what: `${lost}: the database's log was damaged before this start.`,
        done: 'The damaged log was kept beside the database.',
        next: { word: 'See what is known', path: historyPath },
      };
    }
    case 'images-damaged': {
      const many = matter.images === 1 ? 'One piece of an image is' : `${matter.images} pieces of images are`;
      return {
        ...nowhere,
        what: `${many} damaged on this disk.`,
        done: 'What is damaged is given to no device.',
        next: { word: 'Import or fetch again', path: imagesPath },
      };
    }
  }
}

function machineWords(
  matter: Of<'disk-low' | 'certificate-ending' | 'file-unread' | 'clock-jumped'>,
  nowMs: number,
): AttentionWords {
  const nowhere = { where: [], more: null };
  switch (matter.kind) {
    case 'disk-low':
      return {
        ...nowhere,
        what: `Only ${bytesInWords(matter.freeBytes)} of ${bytesInWords(matter.totalBytes)} are free on the disk of the data folder.`,
        done: null,
        next: { word: 'Free up space of images', path: imagesPath },
      };
    case 'certificate-ending': {
      const isOver = matter.endsAtMs < nowMs;
      const whose = matter.purpose === 'site-ca' ? "The site's authority" : "The hub's certificate";
      return {
        ...nowhere,
        what: `${whose} ${isOver ? 'ended' : 'ends'} ${untilInWords(matter.endsAtMs, nowMs)}: devices refuse it from then on.`,
        done: matter.purpose === 'server' ? 'The hub renews it by itself, and could not.' : null,
        next: { word: 'See the certificates', path: settingsPath },
      };
    }
    case 'file-unread': {
      const { text, next } = unreadInWords(matter);
      const where = [{ word: safeText(matter.path), path: settingsPath }];
      return {
        what: `${text} ${next}`,
        where,
        more: null,
        done: null,
        next: { word: 'See it in the settings', path: settingsPath },
      };
    }
    case 'clock-jumped':
      return {
        ...nowhere,
        what: `This machine's clock was set ${jumpInWords(matter.byMs)}: times shown from before may be off by as much.`,
        done: 'Devices and rollouts go on by a clock that was not set.',
        next: { word: 'See what happened', path: historyPath },
      };
  }
}

function aDevice(id: string): WayOn {
  return { word: 'Look at the device', path: devicePath(id) };
}
