// The second floor of `ingest`: the same clients and packets against servers that only receive and answer, nothing written. It says
// what MQTT costs on this machine before a hub has done anything, and so what any hub could reach that has aedes in its process.
import { join } from 'node:path';
import { startAsked } from './bench-process.ts';
import type { BareLinkOrder, LinkWay } from './bare-link-main.ts';
import { figure, median, type BenchRun } from './measure.ts';
import { processorMs } from './until-quiet.ts';

/** How the generator's devices report. */
export interface ReportLoad {
  readonly devices: number;
  readonly perDevice: number;
  readonly window: number;
}

/** Reports per second, and processor time of the server per report. */
interface LinkPace {
  readonly rate: number;
  readonly us: number;
}

interface Link {
  readonly way: LinkWay;
  readonly isBare: boolean;
  readonly words: string;
}

const links: readonly Link[] = [
  { way: 'bytes', isBare: false, words: 'TLS alone' },
  { way: 'packets', isBare: false, words: 'TLS and mqtt-packet' },
  { way: 'lean', isBare: true, words: 'aedes as the hub has it, without TLS' },
  { way: 'lean', isBare: false, words: 'aedes as the hub has it' },
  { way: 'aedes', isBare: true, words: 'aedes as it comes, without TLS' },
  { way: 'aedes', isBare: false, words: 'aedes as it comes' },
];

export interface BareLinks {
  /** Every server once, one after another. `siteDir` is the data folder of a hub that ran: its certificate is theirs. */
  measure(siteDir: string): Promise<void>;
  /** Over TLS, a pace each round. */
  rounds(way: LinkWay): readonly LinkPace[];
  /** All of it in words. */
  words(): string;
}

export function createBareLinks(run: BenchRun, load: ReportLoad): BareLinks {
  const taken = new Map<Link, LinkPace[]>(links.map((link) => [link, []]));
  const inWords = (link: Link): string => {
    const paces = taken.get(link) ?? [];
    const [us, rate] = [median(paces.map((pace) => pace.us)), median(paces.map((pace) => pace.rate))];
    return `${link.words} ${figure(us)} µs (${figure(rate)} reports/s)`;
  };
  return {
    async measure(siteDir) {
      for (const link of links) taken.get(link)?.push(await measureLink(run, link, { load, siteDir }));
    },
    rounds: (way) => links.flatMap((link) => (link.way === way && !link.isBare ? (taken.get(link) ?? []) : [])),
    words: () => links.map(inWords).join(', '),
  };
}

async function measureLink(
  run: BenchRun,
  { way, isBare, words }: Link,
  { load, siteDir }: { readonly load: ReportLoad; readonly siteDir: string },
): Promise<LinkPace> {
  const { devices, perDevice, window } = load;
  const server = startAsked(run, './bare-link-main.ts');
  const order: BareLinkOrder = { way, serverPem: isBare ? null : join(siteDir, 'server.pem') };
  const { port } = await server.ask<{ readonly port: number }>(order);
  const generator = startAsked(run, './generator-main.ts');
  const caFile = join(siteDir, 'site-ca.pem');
  await generator.ask({ do: 'connect', port, caFile, devices, parallel: 10, as: 'devices', isBare });
  // As for the hub: its code is compiled before the clock runs.
  await generator.ask({ do: 'report', perDevice: perDevice / 2, window });
  const pid = server.child.pid ?? 0;
  const before = processorMs(pid);
  const sent = await generator.ask<{ elapsedMs: number; acknowledged: number }>({ do: 'report', perDevice, window });
  const us = ((processorMs(pid) - before) * 1000) / sent.acknowledged;
  await generator.end();
  await server.end();
  const rate = (sent.acknowledged / sent.elapsedMs) * 1000;
  run.say(`${words}: ${figure(rate)} reports/s, ${figure(us)} µs`);
  return { rate, us };
}
