// Beside every address that a device is to be given: whether it is one that a device can use at all, and the way to another.
import { IconAlertTriangle } from '@tabler/icons-react';
import { Link } from 'wouter';
import { useSiteFacts } from '#renderer/link/use-site-facts.ts';
import { settingsPath } from '#renderer/words/paths.ts';
import { reachWords } from '#renderer/words/reach-words.ts';
import { safeLine } from '#renderer/words/safe-text.ts';

/** `isInSettings`: the way is right below. Nothing where devices reach the hub. */
export function ReachWarning(props: { readonly isInSettings?: boolean }) {
  const site = useSiteFacts();
  const words = site === null ? null : reachWords(site);
  if (words === null) return null;
  return (
    <p className="warning-note" role="note">
      <IconAlertTriangle size={20} aria-hidden />
      <span>
        <b>{words.title}</b> {words.text}
        {words.isToChoose && props.isInSettings === true && ' Choose another below.'}
        {words.isToChoose && props.isInSettings !== true && (
          <>
            {' '}
            <Link href={settingsPath} className="plain-link">
              Choose where the hub listens
            </Link>
          </>
        )}
      </span>
    </p>
  );
}

/** Of several addresses a device is given one: the others, should it live in another network of this machine. */
export function OtherAddresses() {
  const site = useSiteFacts();
  if (site === null || site.reach.kind !== 'network' || site.reach.others.length === 0) return null;
  return (
    <p className="dimmed">
      It names {new URL(site.mqtts).hostname}. A device in another network of this machine takes{' '}
      <span className="mono">{safeLine(site.reach.others.join(' or '))}</span> in its place.
    </p>
  );
}
