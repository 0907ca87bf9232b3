// One device: how it stands and since when it is known, what can be done with it, and its parts behind tabs.
import './device.css';
import type { DeviceDetail } from '#contract/console-rows.ts';
import { useProjection } from '#renderer/link/projection-store.ts';
import { BackLink } from '#renderer/pieces/back-link.tsx';
import { EmptyView } from '#renderer/pieces/empty-view.tsx';
import { devicesPath } from '#renderer/words/paths.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { DeviceEffective } from './device-effective.tsx';
import { DeviceHead } from './device-head.tsx';
import { DeviceLogs } from './device-logs.tsx';
import { DeviceMethods } from './device-methods.tsx';
import { DeviceOverview } from './device-overview.tsx';
import { type DeviceTab, DeviceTabs, labelOfTab, tabPanelId, useDeviceTab } from './device-tabs.tsx';
import { DeviceTimeline } from './device-timeline.tsx';
import { DeviceTwin } from './device-twin.tsx';

export function DeviceView({ deviceId }: { readonly deviceId: string }) {
  const device = useProjection((state) => (state.device?.deviceId === deviceId ? state.device : null));
  return (
    <>
      <BackLink path={devicesPath} word="Devices" />
      {device === null && <p className="dimmed">Reading the device …</p>}
      {device !== null && device.detail === null && (
        <EmptyView isScreen title="There is no such device">
          No device has the id <span className="mono">{safeText(deviceId)}</span>; it may have been deleted.
        </EmptyView>
      )}
      {device !== null && device.detail !== null && <Shown key={deviceId} detail={device.detail} />}
    </>
  );
}

function Shown({ detail }: { readonly detail: DeviceDetail }) {
  const tab = useDeviceTab();
  const { deviceId } = detail.row;
  return (
    <>
      <DeviceHead detail={detail} />
      <DeviceTabs deviceId={deviceId} shown={tab} />
      <div role="tabpanel" id={tabPanelId} aria-labelledby={labelOfTab(tab)} tabIndex={-1} className="device-panel">
        <Panel tab={tab} detail={detail} />
      </div>
    </>
  );
}

function Panel({ tab, detail }: { readonly tab: DeviceTab; readonly detail: DeviceDetail }) {
  switch (tab) {
    case 'overview':
      return <DeviceOverview detail={detail} />;
    case 'twin':
      return <DeviceTwin detail={detail} />;
    case 'logs':
      return <DeviceLogs detail={detail} />;
    case 'methods':
      return <DeviceMethods detail={detail} />;
    case 'timeline':
      return <DeviceTimeline detail={detail} />;
    case 'effective':
      return <DeviceEffective detail={detail} />;
  }
}
