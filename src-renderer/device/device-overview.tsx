// What a technician sees first of a device: its modules wanted and reported; then what is under way, and who decides all that.
import { useCallback } from 'react';
import type { DeviceDetail } from '#contract/console-rows.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useAnswer } from '#renderer/link/use-answer.ts';
import { useNews } from '#renderer/link/use-news.ts';
import { ConfigurationStatus } from './configuration-status.tsx';
import { DeviceDeployments } from './device-deployments.tsx';
import { AttemptSteps, DeviceDownloadView } from './device-download.tsx';
import { DeviceFirstContact } from './device-first-contact.tsx';
import { DeviceKeys } from './device-keys.tsx';
import { DeviceTags } from './device-tags.tsx';
import { DeviceUnderwayView } from './device-underway.tsx';
import { ModuleTable } from './module-table.tsx';

export function DeviceOverview({ detail }: { readonly detail: DeviceDetail }) {
  const client = useHub((state) => state.client);
  const { deviceId } = detail.row;
  const ask = useCallback(
    () =>
      client === null ? Promise.reject(new Error('The hub is not there.')) : client.deviceUnderway.query({ deviceId }),
    [client, deviceId],
  );
  const underway = useAnswer(client === null ? null : ask, useNews(detail));
  return (
    <>
      {detail.row.state === 'never-seen' && <DeviceFirstContact detail={detail} />}
      {detail.attempt !== null && (
        <>
          <h2 className="section">What it is at</h2>
          <AttemptSteps attempt={detail.attempt} />
        </>
      )}
      {detail.isEdge && (
        <>
          <h2 className="section">Modules</h2>
          <ModuleTable modules={detail.modules} download={detail.download} deviceId={deviceId} />
        </>
      )}
      {detail.attempt !== null && detail.download !== null && <DeviceDownloadView download={detail.download} />}
      {underway.value !== undefined && <DeviceUnderwayView detail={detail} underway={underway.value} />}
      <h2 className="section">Configuration and identity</h2>
      <dl className="facts">
        <div>
          <dt>Configuration</dt>
          <dd>
            <ConfigurationStatus detail={detail} />
          </dd>
        </div>
        <div>
          <dt>Tags</dt>
          <dd>
            <DeviceTags detail={detail} />
          </dd>
        </div>
        <div>
          <dt>Connection string</dt>
          <dd>
            <DeviceKeys deviceId={deviceId} />
          </dd>
        </div>
      </dl>
      {detail.isEdge && (
        <>
          <h2 className="section">Deployments</h2>
          <DeviceDeployments deployments={detail.deployments} base={detail.base} />
        </>
      )}
    </>
  );
}
