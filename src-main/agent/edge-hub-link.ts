// The second identity the agent stands for, `$edgeHub`: no container of it runs, and its report says which desired section
// was seen.
import { edgeHubReport } from '#domain/updates/agent-report.ts';
import { agentVersion } from './agent-version.ts';
import { HubLink, type HubLinkOptions } from './hub-link.ts';
import { TwinFollower } from './twin-follower.ts';

export function createEdgeHubLink(options: Omit<HubLinkOptions, 'moduleId' | 'listener'>): HubLink {
  const twin = new TwinFollower({
    request: (topicOf, text) => link.request(topicOf, text),
    clock: options.clock,
    log: options.log,
    known: null,
    onDesired: ({ version }) => void twin.report(edgeHubReport({ agentVersion, lastDesiredVersion: version })),
  });
  const link = new HubLink({
    ...options,
    moduleId: '$edgeHub',
    listener: {
      onOpen: () => twin.opened(),
      onClose: () => twin.closed(),
      onDesiredPatch: (version, text) => twin.desiredPatched(version, text),
      onMethod: () => Promise.resolve({ status: 404, body: '{"message":"$edgeHub of this device has no methods."}' }),
    },
  });
  return link;
}
