// A site without devices: what belongs here, and how to get the first one.
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useShortcuts } from '#renderer/keys/shortcuts.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { AddDeviceDialog } from '#renderer/pieces/add-device-dialog.tsx';
import { EmptyView } from '#renderer/pieces/empty-view.tsx';

export function SiteEmpty() {
  const [isAdding, setIsAdding] = useState(false);
  useShortcuts([{ keys: 'n', word: 'Add device', run: () => setIsAdding(true) }]);
  return (
    <>
      <EmptyView title="No devices yet">
        <p>
          Register the first device of this site: you get the command that connects it. What it should run, it is told
          by a deployment, made before or after.
        </p>
        <Act leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setIsAdding(true)}>
          Add device
        </Act>
        <p className="dimmed">
          To look around first, start a demo site: <span className="mono">npm start -- --demo</span>
        </p>
      </EmptyView>
      {isAdding && <AddDeviceDialog onClose={() => setIsAdding(false)} />}
    </>
  );
}
