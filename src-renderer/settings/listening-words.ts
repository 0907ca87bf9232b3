// What there is to choose from where the hub may listen, and when what was chosen holds, in words.
import { everyAddress, type Listening, type ListeningView } from '#contract/console-listening.ts';

const loopback = '127.0.0.1';

interface HostChoice {
  readonly host: string;
  readonly meaning: string;
}

/** All of them first: it is right on a laptop that gets other addresses at each site. One that is kept and gone stays in sight. */
export function hostChoices({ addresses, next }: ListeningView): readonly HostChoice[] {
  const [first] = addresses;
  const choices = [
    {
      host: everyAddress,
      meaning:
        first === undefined
          ? 'Whatever network it is plugged into; it is on none now.'
          : `Whatever network it is plugged into; devices are told ${first.address} now.`,
    },
    ...addresses.map(({ address, card }) => ({ host: address, meaning: `${card}: the network of this card alone.` })),
    { host: loopback, meaning: 'This machine alone: no device reaches it.' },
  ];
  const isGone = choices.every(({ host }) => host !== next.host);
  return isGone
    ? [{ host: next.host, meaning: 'Chosen before; this machine does not have it now.' }, ...choices]
    : choices;
}

export function isSameListening(one: Listening, other: Listening): boolean {
  return one.host === other.host && one.httpsPort === other.httpsPort && one.mqttPort === other.mqttPort;
}

export function laterWords(
  { now, next, flags, missed }: ListeningView,
  isDesktop: boolean,
): { readonly isWaiting: boolean; readonly text: string } {
  const again = isDesktop ? 'quit the app and start it again' : 'stop the hub and start it again';
  if (flags.length > 0)
    return {
      isWaiting: !isSameListening(now, next),
      text: `This run was started with ${flags.join(' and ')}, which ${flags.length === 1 ? 'goes' : 'go'} before what is saved here: to have that, ${again} without.`,
    };
  if (isSameListening(now, next) || missed === next.host)
    return {
      isWaiting: false,
      text: 'It cannot change while devices are connected: what is saved holds from the next start.',
    };
  return { isWaiting: true, text: `Saved, and waits for the next start: ${again}.` };
}
