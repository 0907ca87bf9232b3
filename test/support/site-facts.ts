// What a hub tells of itself where there is no program around it.
import type { SiteFacts } from '#contract/console-rows.ts';

export const theSiteFacts: SiteFacts = {
  https: 'https://127.0.0.1:8443',
  mqtts: 'mqtts://127.0.0.1:8883',
  caFile: '/site/ca.pem',
  machine: 'bench-laptop',
  reach: { kind: 'network', others: [] },
};
