// The home: what this site is in five numbers, what needs a person, what is under way, and how devices reach the hub.
import '#renderer/look/site.css';
import { Link } from 'wouter';
import type { SiteFacts } from '#contract/console-rows.ts';
import type { Attention } from '#contract/console-site.ts';
import { useProjection } from '#renderer/link/projection-store.ts';
import { ReadProgress } from '#renderer/link/read-progress.tsx';
import { type Follow, useFollowed } from '#renderer/link/use-followed.ts';
import { useSiteFacts } from '#renderer/link/use-site-facts.ts';
import { CopiedFact } from '#renderer/pieces/copied-fact.tsx';
import { ReachWarning } from '#renderer/pieces/reach-warning.tsx';
import { settingsPath } from '#renderer/words/paths.ts';
import { AttentionList } from './attention-list.tsx';
import { SiteEmpty } from './site-empty.tsx';
import { SiteRollouts } from './site-rollouts.tsx';
import { SiteTiles } from './site-tiles.tsx';
import { SiteTransfers } from './site-transfers.tsx';

const followAttention: Follow<Attention> = (client, on) => client.attention.subscribe(undefined, on);

export function SiteView() {
  const isEmpty = useProjection((state) => state.isComplete && state.devices.size === 0);
  const attention = useFollowed(followAttention);
  const site = useSiteFacts();
  return (
    <>
      <div className="screen-head">
        <h1>Site</h1>
        <ReadProgress />
      </div>
      {site !== null && isSudden(site) && <ReachWarning />}
      {isEmpty ? <SiteEmpty /> : <SiteTiles />}
      {(!isEmpty || (attention?.items.length ?? 0) > 0) && (
        <section className="site-part" aria-labelledby="site-attention">
          <h2 id="site-attention">What needs you</h2>
          <AttentionList attention={attention} />
        </section>
      )}
      <div className="site-columns">
        <SiteRollouts />
        <SiteTransfers />
      </div>
      <SiteReach />
    </>
  );
}

/** Nobody chose it so: told before all else. */
function isSudden({ reach }: SiteFacts): boolean {
  return reach.kind === 'no-network' || (reach.kind === 'loopback' && reach.missed !== null);
}

function SiteReach() {
  const site = useSiteFacts();
  if (site === null) return null;
  return (
    <section className="site-part" aria-labelledby="site-reach">
      <h2 id="site-reach">How devices reach this hub</h2>
      {!isSudden(site) && <ReachWarning />}
      <dl className="surface copied-facts">
        <CopiedFact name="MQTT over TLS" text={site.mqtts} />
        <CopiedFact name="HTTPS" text={site.https} />
        <CopiedFact name="Authority to trust" text={site.caFile} />
      </dl>
      <p className="dimmed">
        Other addresses, certificates and the connection string for scripts stand in{' '}
        <Link href={settingsPath} className="plain-link">
          Settings
        </Link>
        .
      </p>
    </section>
  );
}
