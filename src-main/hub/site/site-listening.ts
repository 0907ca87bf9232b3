// Where the hub listens. A person chooses it in the settings, and it holds from the next start, however that comes about: by an icon,
// by a script. Flags go before it. It is kept with the site, so that the laptop's hub is found where its devices look for it.
import { refused } from '#base/errors.ts';
import { jsonEquals } from '#base/merge-patch.ts';
import {
  everyAddress,
  listeningRequest,
  type Listening,
  type ListeningView,
  type MachineAddress,
} from '#contract/console-listening.ts';
import type { Store, StoreReaders } from '#store/store-types.ts';
import { isOwnAddress, machineAddresses } from './machine-addresses.ts';

const settingName = 'listening';

/** Until somebody chooses: nothing is open to the network that nobody asked for. */
export const usualListening: Listening = { host: '127.0.0.1', httpsPort: 8443, mqttPort: 8883 };

export interface ListeningAtStart {
  readonly listening: Listening;
  /** Chosen, and not there: the hub keeps to this machine then, and says so wherever an address is shown. */
  readonly missed: string | null;
}

/** Null: nothing was chosen yet. */
export function keptListening({ settings }: Pick<StoreReaders, 'settings'>): Listening | null {
  const kept = listeningRequest.safeParse(settings.get(settingName));
  return kept.success ? kept.data : null;
}

/** `given`: by flags. An address that is gone must not keep the app from opening, for only there another can be chosen. */
export function listeningAtStart(
  given: Partial<Listening>,
  kept: Listening | null,
  isOwn: (host: string) => boolean = isOwnAddress,
): ListeningAtStart {
  const wanted = { ...usualListening, ...kept, ...given };
  if (given.host !== undefined || isOwn(wanted.host)) return { listening: wanted, missed: null };
  return { listening: { ...wanted, host: usualListening.host }, missed: wanted.host };
}

export interface ListeningDesk {
  readonly view: () => ListeningView;
  readonly choose: (wanted: Listening) => Promise<ListeningView>;
}

export interface ListeningParts {
  readonly store: Pick<Store, 'read' | 'change'>;
  /** What holds in this run: the ports it got, too. */
  readonly now: Listening;
  readonly missed: string | null;
  /** By flags of this run. */
  readonly given: Partial<Listening>;
  /** Throws `refused` when a port cannot be had at that address. */
  readonly tryPort: (host: string, port: number) => Promise<void>;
  readonly addresses?: () => readonly MachineAddress[];
}

export function createListeningDesk(parts: ListeningParts): ListeningDesk {
  const { store, now, missed, given, tryPort, addresses = machineAddresses } = parts;
  const flags = Object.entries({ '--host': given.host, '--https-port': given.httpsPort, '--mqtt-port': given.mqttPort })
    .filter(([, value]) => value !== undefined)
    .map(([flag]) => flag);

  const view = (): ListeningView => {
    const next = keptListening(store.read) ?? usualListening;
    return { now, next, flags, missed, addresses: addresses() };
  };

  return {
    view,
    async choose(wanted) {
      await requireListening(wanted, { now, tryPort, addresses });
      store.change((write) => {
        if (jsonEquals(keptListening(store.read), wanted)) return;
        write.settings.set(settingName, wanted);
        write.journal.append({ kind: 'listening-chosen', actor: 'console', detail: { ...wanted } });
      });
      return view();
    },
  };
}

/** What the next start could not have is refused now, while somebody is there to choose otherwise. */
async function requireListening(
  { host, httpsPort, mqttPort }: Listening,
  { now, tryPort, addresses }: Required<Pick<ListeningParts, 'now' | 'tryPort' | 'addresses'>>,
): Promise<void> {
  const known = [everyAddress, usualListening.host, ...addresses().map(({ address }) => address)];
  if (!known.includes(host))
    throw refused('request.invalid', `${host} is no address of this machine now: choose one of ${known.join(', ')}.`);
  if (httpsPort === mqttPort)
    throw refused('request.invalid', `HTTPS and MQTT both ask for port ${httpsPort}: give each its own.`);
  for (const port of [httpsPort, mqttPort]) {
    // Its own ports it has already.
    if (port !== now.httpsPort && port !== now.mqttPort) await tryPort(host, port);
  }
}
