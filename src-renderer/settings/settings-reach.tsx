// Where devices and tools reach the hub. All of it is given when the hub is started, and said so.
import { IconAlertTriangle } from '@tabler/icons-react';
import type { SiteSettings } from '#contract/console-site.ts';
import { isDesktop } from '#renderer/link/desktop.ts';
import { CopiedFact } from '#renderer/pieces/copied-fact.tsx';
import { inDoubleQuotes, inSingleQuotes } from './restore-commands.ts';

export function SettingsReach({ settings }: { readonly settings: SiteSettings }) {
  const { https, mqtts, host, httpsPort, mqttPort, names, dataDir } = settings;
  const isOpen = host === '0.0.0.0' || host === '::';
  const isLoopback = host === '::1' || host === 'localhost' || host.startsWith('127.');
  // With its data folder: started without it might be another site.
  const quote = settings.platform.startsWith('win32') ? inDoubleQuotes : inSingleQuotes;
  const flags = `--data-dir ${quote(dataDir)} --host ${isLoopback ? '0.0.0.0' : host} --https-port ${httpsPort} --mqtt-port ${mqttPort}`;
  return (
    <>
      {isLoopback && (
        <p className="settings-warning" role="note">
          <IconAlertTriangle size={20} aria-hidden />
          <span>
            <b>Devices on the network cannot reach this hub.</b> It listens at {host}, for programs of this machine
            alone. Start it with <span className="mono">--host 0.0.0.0</span>, as below.
          </span>
        </p>
      )}
      <dl className="surface copied-facts">
        <CopiedFact name="MQTT over TLS" text={mqtts} />
        <CopiedFact name="HTTPS" text={https} />
        <CopiedFact name="Listens at" text={isOpen ? `${host} (every address of this machine)` : host} copied={host} />
        <CopiedFact name="Names and addresses" text={names.join(', ')} />
        <CopiedFact name="Data folder" text={dataDir} />
      </dl>
      <p className="dimmed">
        Address and ports are taken when the hub starts, and cannot change while devices are connected. To change them,{' '}
        {isDesktop()
          ? 'quit the app and start it from a terminal with'
          : 'stop the hub and start it again, for example:'}
      </p>
      <dl className="surface copied-facts">
        <CopiedFact name={isDesktop() ? 'Flags' : 'Command'} text={isDesktop() ? flags : `npm run hub -- ${flags}`} />
      </dl>
    </>
  );
}
