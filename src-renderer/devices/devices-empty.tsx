// Why the list of devices shows nothing, or not all, and what to do about it.
import { IconPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useSiteFacts } from '#renderer/link/use-site-facts.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { EmptyView } from '#renderer/pieces/empty-view.tsx';
import { ReachWarning } from '#renderer/pieces/reach-warning.tsx';
import { type DeploymentStanding, type DeviceFilter, filterPath } from '#renderer/words/device-filter.ts';
import { devicesPath } from '#renderer/words/paths.ts';
import { safeText } from '#renderer/words/safe-text.ts';

const standingWords: Readonly<Record<DeploymentStanding, string>> = {
  targeted: 'targeted by',
  applied: 'running',
  succeeded: 'reporting success with',
  failed: 'reporting failure with',
  healthy: 'healthy under',
};

/** What the address asks for besides the state, each to be given up alone. */
export function FilterChips({ filter }: { readonly filter: DeviceFilter }) {
  return (
    <>
      {filter.deployment !== null && (
        <Chip without={{ ...filter, deployment: null }}>
          Devices {standingWords[filter.standing]} <span className="mono">{safeText(filter.deployment)}</span>
        </Chip>
      )}
      {filter.connected && <Chip without={{ ...filter, connected: false }}>Devices that are connected now</Chip>}
    </>
  );
}

function Chip({ without, children }: { readonly without: DeviceFilter; readonly children: ReactNode }) {
  return (
    <p style={{ margin: '0 0 12px' }}>
      {children}
      {' · '}
      <Link href={filterPath(without)} className="plain-link">
        show all
      </Link>
    </p>
  );
}

export function NoMatch() {
  return (
    <EmptyView title="No device matches">
      <Link href={devicesPath} className="plain-link">
        Show all devices
      </Link>
    </EmptyView>
  );
}

export function NoDevices({ onAdd }: { readonly onAdd: () => void }) {
  const site = useSiteFacts();
  return (
    <EmptyView title="No devices yet">
      <ReachWarning />
      <ol className="steps">
        <li>Add a device: the hub makes its key and shows the command that starts its agent.</li>
        <li>
          Run the command on the device. It has to trust this hub’s CA certificate,{' '}
          <span className="mono">{site?.caFile ?? 'the file the hub names when it starts'}</span>.
        </li>
        <li>It appears here the moment it is registered, and turns from “Never connected” when its agent does.</li>
      </ol>
      <Act leftSection={<IconPlus size={18} aria-hidden />} onClick={onAdd}>
        Add the first device
      </Act>
      <p className="dimmed" style={{ marginBottom: 0 }}>
        Any IoT Hub tool can register devices too
        {site === null ? '' : `, at ${site.https} with the service connection string that the hub printed`}. To look
        around first, start with a demo site: <span className="mono">npm start -- --demo</span>
      </p>
    </EmptyView>
  );
}
