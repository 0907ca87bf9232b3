// Why the list of devices shows nothing, or not all, and what to do about it.
import { Link } from 'wouter';
import { type DeploymentStanding, type DeviceFilter, filterPath } from './device-filter.ts';
import { EmptyView } from './empty-view.tsx';
import { devicesPath } from './paths.ts';
import { useProjection } from './projection-store.ts';
import { safeText } from './safe-text.ts';

const standingWords: Readonly<Record<DeploymentStanding, string>> = {
  targeted: 'targeted by',
  applied: 'running',
  succeeded: 'reporting success with',
  failed: 'reporting failure with',
  healthy: 'healthy under',
};

export function FilterChip({ filter }: { readonly filter: DeviceFilter }) {
  return (
    <p style={{ margin: '0 0 12px' }}>
      Devices {standingWords[filter.standing]} <span className="mono">{safeText(filter.deployment ?? '')}</span>
      {' · '}
      <Link href={filterPath({ ...filter, deployment: null })} className="plain-link">
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

export function NoDevices() {
  const site = useProjection((state) => state.site);
  return (
    <div style={{ marginTop: 26 }}>
      <EmptyView title="No devices yet">
        <ol className="steps">
          <li>
            Register an edge device with any IoT Hub tool, using the service connection string that the hub printed when
            it started{site === null ? '' : ` (it answers at ${site.https})`}.
          </li>
          <li>
            Start the agent on the device with the connection string the registration gave you:
            <code className="code" style={{ marginTop: 8 }}>
              npm run agent -- --connection-string &quot;HostName=…;DeviceId=…;SharedAccessKey=…&quot; --ca{' '}
              {site?.caFile ?? 'FILE'}
            </code>
          </li>
        </ol>
        <p className="dimmed" style={{ marginBottom: 0 }}>
          It appears here the moment it is registered. To look around first, start with a demo site:{' '}
          <span className="mono">npm start -- --demo</span>
        </p>
      </EmptyView>
    </div>
  );
}
