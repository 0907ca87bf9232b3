// What can be done with a device as a whole: each says beforehand what it will hit, the graver the more.
import { NativeSelect, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import type { DeviceDetail } from '#contract/console-rows.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { ConfirmDialog } from '#renderer/pieces/confirm-dialog.tsx';
import { DeployStart, useDeployStart } from '#renderer/pieces/deploy-start.tsx';
import { DialogView } from '#renderer/pieces/dialog-view.tsx';
import { conditionOfDevice, deploymentsPath, devicesPath } from '#renderer/words/paths.ts';
import { safeText } from '#renderer/words/safe-text.ts';

type Asked = 'restart' | 'enable' | 'delete' | 'deploy';

export function DeviceActions({ detail }: { readonly detail: DeviceDetail }) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const close = () => setAsked(null);
  const { enabled, isEdge } = detail;
  return (
    <div className="device-acts">
      {isEdge && (
        <>
          <Act px="md" onClick={() => setAsked('deploy')}>
            Deploy …
          </Act>
          <Act px="md" variant="default" onClick={() => setAsked('restart')}>
            Restart module …
          </Act>
        </>
      )}
      <Act px="md" variant="default" onClick={() => setAsked('enable')}>
        {enabled ? 'Disable …' : 'Enable …'}
      </Act>
      <Act px="md" variant="outline" color="red" onClick={() => setAsked('delete')}>
        Delete …
      </Act>
      <span role="status" className="device-said">
        {said}
      </span>
      {asked === 'deploy' && <DeployDialog detail={detail} onClose={close} />}
      {asked === 'restart' && <RestartDialog detail={detail} onClose={close} onDone={setSaid} />}
      {asked === 'enable' && <EnableDialog detail={detail} onClose={close} onDone={setSaid} />}
      {asked === 'delete' && <DeleteDialog detail={detail} onClose={close} />}
    </div>
  );
}

interface DialogProps {
  readonly detail: DeviceDetail;
  readonly onClose: () => void;
}

function DeployDialog({ detail, onClose }: DialogProps) {
  const [, navigate] = useLocation();
  const { deviceId } = detail.row;
  const condition = conditionOfDevice(deviceId);
  const chosen = useMemo(() => [deviceId], [deviceId]);
  const start = useDeployStart(chosen);
  const go = (path: string) => {
    onClose();
    navigate(path);
  };
  return (
    <DialogView title={`Deploy to ${safeText(deviceId)}`} onClose={onClose}>
      <p>
        A deployment reaches a device by its target condition. One for this device alone has the condition{' '}
        <code className="mono">{safeText(condition)}</code>; most often a tag is better, so that a device that takes its
        place gets the same.
      </p>
      <p>
        {detail.base === null ? (
          'No base deployment applies here yet: begin with a base.'
        ) : (
          <>
            The base is <strong>{safeText(detail.base)}</strong>: a layer with a higher priority adds to it or changes
            it.
          </>
        )}
      </p>
      <DeployStart {...start} />
      <div className="dialog-acts">
        <Act variant="default" onClick={() => go(deploymentsPath)}>
          Show the deployments
        </Act>
        <Act onClick={() => go(start.pathFor(condition))}>Write a deployment for it</Act>
      </div>
    </DialogView>
  );
}

export function RestartDialog(
  props: DialogProps & { readonly module?: string; readonly onDone: (said: string) => void },
) {
  const { detail, onClose, onDone } = props;
  const client = useHub((state) => state.client);
  const there = detail.modules.filter((module) => !module.isSystem && module.reported !== null).map(({ name }) => name);
  const [module, setModule] = useState(props.module ?? there[0] ?? '');
  const { deviceId, connected } = detail.row;
  if (there.length === 0)
    return (
      <DialogView title="Restart a module" onClose={onClose}>
        <p>{safeText(deviceId)} has reported no module that could be restarted.</p>
      </DialogView>
    );
  return (
    <ConfirmDialog
      title={`Restart a module of ${safeText(deviceId)}`}
      act="Restart"
      danger={{ grade: 'plain' }}
      onClose={onClose}
      onConfirm={async () => {
        const answer = await client?.restartModule.mutate({ deviceId, module });
        onDone(`${safeText(module)} was restarted in ${((answer?.tookMs ?? 0) / 1000).toFixed(1)} s.`);
      }}
    >
      <NativeSelect
        label="Module"
        size="md"
        value={module}
        data={there.map((name) => ({ value: name, label: safeText(name) }))}
        onChange={(event) => setModule(event.currentTarget.value)}
      />
      <p>It is stopped and started again; what it keeps in memory is gone. Its count of restarts begins anew.</p>
      {!connected && (
        <p>
          <strong>The device is not connected.</strong> A restart is not queued: it is asked for now, or not at all.
        </p>
      )}
    </ConfirmDialog>
  );
}

function EnableDialog({ detail, onClose, onDone }: DialogProps & { readonly onDone: (said: string) => void }) {
  const client = useHub((state) => state.client);
  const [reason, setReason] = useState('');
  const { row, enabled } = detail;
  const name = safeText(row.deviceId);
  return (
    <ConfirmDialog
      title={enabled ? `Disable ${name}?` : `Enable ${name}?`}
      act={enabled ? 'Disable' : 'Enable'}
      danger={enabled ? { grade: 'named', hits: [{ noun: 'device', names: [row.deviceId] }] } : { grade: 'plain' }}
      onClose={onClose}
      onConfirm={async () => {
        const isEnabled = !enabled;
        const words = reason.trim() === '' ? null : reason.trim();
        await client?.setDeviceEnabled.mutate({ deviceId: row.deviceId, isEnabled, reason: isEnabled ? null : words });
        onDone(isEnabled ? 'It may connect again.' : 'It is disabled and may not connect.');
      }}
    >
      {enabled ? (
        <>
          <p>
            Its connection is closed and it may not connect again until it is enabled. Its modules run on as they are;
            nothing new reaches it.
          </p>
          <TextInput
            label="Reason (shown here and in the twin)"
            size="md"
            maxLength={128}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        </>
      ) : (
        <p>It may connect again, and gets what the deployments want then.</p>
      )}
    </ConfirmDialog>
  );
}

function DeleteDialog({ detail, onClose }: DialogProps) {
  const client = useHub((state) => state.client);
  const [, navigate] = useLocation();
  const { deviceId, connected } = detail.row;
  const modules = detail.modules.map(({ name }) => name);
  return (
    <ConfirmDialog
      title={`Delete ${safeText(deviceId)}?`}
      act="Delete it for good"
      danger={{
        grade: 'typed',
        name: deviceId,
        hits: [
          { noun: 'device', names: [deviceId] },
          { noun: 'module', names: modules },
        ],
      }}
      onClose={onClose}
      onConfirm={async () => {
        await client?.deleteThisDevice.mutate({ deviceId });
        navigate(devicesPath);
      }}
    >
      <p>
        Its twins, tags, keys, waiting messages and revisions go with it; the journal keeps what happened.{' '}
        {connected ? 'It is connected now: its connection is closed. ' : ''}
        Containers on the device run on, and it cannot come back with the keys it has. A device made anew under this id
        is another one.
      </p>
    </ConfirmDialog>
  );
}
