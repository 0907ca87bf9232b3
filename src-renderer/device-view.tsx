// One device: how it stands, what it was told, what it runs, and which deployments decided that.
import type { DeviceDetail } from '#contract/console-rows.ts';
import { ageInWords, agoInWords, clockTime } from './age.ts';
import { BackLink } from './back-link.tsx';
import { ConfigurationStatus } from './configuration-status.tsx';
import { DeviceDeployments } from './device-deployments.tsx';
import { DeviceDownloadView } from './device-download.tsx';
import { EmptyView } from './empty-view.tsx';
import { ModuleTable } from './module-table.tsx';
import { devicesPath } from './paths.ts';
import { useProjection } from './projection-store.ts';
import { safeText } from './safe-text.ts';
import { stateMeaning } from './state-meaning.ts';
import { StatusMark } from './status-mark.tsx';
import { deviceStateWords } from './status-words.ts';
import { useView } from './view-store.ts';

export function DeviceView({ deviceId }: { readonly deviceId: string }) {
  const device = useProjection((state) => (state.device?.deviceId === deviceId ? state.device : null));
  return (
    <>
      <BackLink path={devicesPath} word="Devices" />
      {device === null && <p className="dimmed">Reading the device …</p>}
      {device !== null && device.detail === null && (
        <EmptyView title="There is no such device">
          No device has the id <span className="mono">{safeText(deviceId)}</span>; it may have been deleted.
        </EmptyView>
      )}
      {device !== null && device.detail !== null && <Detail detail={device.detail} />}
    </>
  );
}

function Detail({ detail }: { readonly detail: DeviceDetail }) {
  const words = deviceStateWords[detail.row.state];
  return (
    <>
      <div style={{ display: 'flex', alignItems: 'baseline', gap: 18, flexWrap: 'wrap' }}>
        <h1 style={{ fontSize: 24, margin: 0, overflowWrap: 'anywhere' }}>{safeText(detail.row.deviceId)}</h1>
        <StatusMark words={words} />
      </div>
      <p className="dimmed" style={{ margin: '4px 0 18px' }}>
        {stateMeaning(detail)}
      </p>
      <Facts detail={detail} />
      {detail.isEdge && (
        <>
          {detail.download !== null && (
            <>
              <Heading>Downloading</Heading>
              <DeviceDownloadView download={detail.download} />
            </>
          )}
          <Heading>Modules</Heading>
          <ModuleTable modules={detail.modules} />
          <Heading>Deployments</Heading>
          <DeviceDeployments deployments={detail.deployments} base={detail.base} />
        </>
      )}
    </>
  );
}

function Heading({ children }: { readonly children: string }) {
  return <h2 style={{ fontSize: 18, margin: '28px 0 12px' }}>{children}</h2>;
}

function Facts({ detail }: { readonly detail: DeviceDetail }) {
  const tags = Object.entries(detail.tags);
  return (
    <dl className="facts">
      <div>
        <dt>Connection</dt>
        <dd>
          <ConnectionSince detail={detail} />
        </dd>
      </div>
      <div>
        <dt>Configuration</dt>
        <dd>
          <ConfigurationStatus detail={detail} />
        </dd>
      </div>
      <div>
        <dt>Tags</dt>
        <dd>
          {tags.length === 0 && <span className="dimmed">none</span>}
          {tags.map(([name, value]) => (
            <div key={name} className="mono">
              {safeText(name)} = {safeText(typeof value === 'string' ? value : JSON.stringify(value))}
            </div>
          ))}
        </dd>
      </div>
    </dl>
  );
}

function ConnectionSince({ detail }: { readonly detail: DeviceDetail }) {
  const nowMs = useView((view) => view.nowMs);
  if (detail.connectionChangedAtMs === null) return <div>Never connected</div>;
  const ageMs = nowMs - detail.connectionChangedAtMs;
  return (
    <div title={clockTime(detail.connectionChangedAtMs)}>
      {detail.row.connected ? connectedInWords(ageMs) : `Disconnected ${agoInWords(ageMs)}`}
    </div>
  );
}

function connectedInWords(ageMs: number): string {
  const age = ageInWords(ageMs);
  return age === 'now' ? 'Connected just now' : `Connected for ${age}`;
}
