// What the machine of this site has left, what its clock and certificates are up to, and which version runs on it: each leads to where
// it is told whole. What is well is told in a word; what is not stands out.
import { IconClock, IconServer2, IconShieldExclamation } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { SiteNews } from '#contract/console-site.ts';
import { useSite } from '#renderer/link/site-store.ts';
import { type Follow, useFollowing } from '#renderer/link/use-followed.ts';
import { useView } from '#renderer/link/view-store.ts';
import { ageInWords } from '#renderer/words/age.ts';
import { bytesInWords } from '#renderer/words/bytes.ts';
import { settingsPath } from '#renderer/words/paths.ts';
import { certificateEnding, isDiskLow, jumpInWords } from '#renderer/words/site-words.ts';

const followSite: Follow<SiteNews> = (client, on) => client.siteNews.subscribe(undefined, on);
const tellSite = (news: SiteNews) => useSite.setState({ news });
const minuteMs = 60_000;

/** The one place that follows them: it stands in every screen. */
export function SiteFactsStrip() {
  useFollowing(followSite, tellSite);
  const news = useSite((state) => state.news);
  if (news === null) return null;
  return (
    <>
      {news.disk !== null && <Disk disk={news.disk} />}
      {news.clockJump !== null && <ClockJump jump={news.clockJump} />}
      <Certificate endsAtMs={news.certificateEndsAtMs} />
    </>
  );
}

export function SiteVersion() {
  const version = useSite((state) => state.news?.version ?? null);
  return version === null ? null : <span className="dimmed version">Lanyard {version}</span>;
}

function Fact(props: { readonly icon: ReactNode; readonly isBad?: boolean; readonly children: ReactNode }) {
  return (
    <Link href={settingsPath} className={props.isBad === true ? 'site-fact alarm' : 'site-fact'}>
      {props.icon}
      {props.children}
    </Link>
  );
}

function Disk({ disk }: { readonly disk: NonNullable<SiteNews['disk']> }) {
  const isLow = isDiskLow(disk);
  return (
    <Fact icon={<IconServer2 size={17} aria-hidden />} isBad={isLow}>
      {isLow ? 'Disk low: ' : 'Disk: '}
      {bytesInWords(disk.freeBytes)} free
    </Fact>
  );
}

function ClockJump({ jump: { byMs, atMs } }: { readonly jump: NonNullable<SiteNews['clockJump']> }) {
  const nowMs = useView((view) => Math.floor(view.nowMs / minuteMs) * minuteMs);
  return (
    <Fact icon={<IconClock size={17} aria-hidden />} isBad>
      Clock set {jumpInWords(byMs)}, {ageInWords(nowMs - atMs)} ago
    </Fact>
  );
}

function Certificate({ endsAtMs }: { readonly endsAtMs: number | null }) {
  const nowMs = useView((view) => Math.floor(view.nowMs / minuteMs) * minuteMs);
  const words = endsAtMs === null ? null : certificateEnding(endsAtMs, nowMs);
  return words === null ? null : (
    <Fact icon={<IconShieldExclamation size={17} aria-hidden />} isBad>
      {words}
    </Fact>
  );
}
