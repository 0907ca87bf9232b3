// Where devices and tools reach the hub. All of it is given when the hub is started, and said so.
import type { SiteSettings } from '#contract/console-site.ts';
import { CopiedFact } from '../pieces/copied-fact.tsx';

export function SettingsReach({ settings }: { readonly settings: SiteSettings }) {
  const { https, mqtts, host, httpsPort, mqttPort, names, dataDir } = settings;
  const isOpen = host === '0.0.0.0' || host === '::';
  const isLoopback = host === '::1' || host === 'localhost' || host.startsWith('127.');
  const command = `npm run hub -- --host ${isLoopback ? '0.0.0.0' : host} --https-port ${httpsPort} --mqtt-port ${mqttPort}`;
  return (
    <>
      <dl className="surface copied-facts">
        <CopiedFact name="MQTT over TLS" text={mqtts} />
        <CopiedFact name="HTTPS" text={https} />
        <CopiedFact name="Listens at" text={isOpen ? `${host} (every address of this machine)` : host} copied={host} />
        <CopiedFact name="Names and addresses" text={names.join(', ')} />
        <CopiedFact name="Data folder" text={dataDir} />
      </dl>
      {isLoopback && (
        <p>
          <b>Only this machine reaches the hub now</b>, for it listens at {host}. For devices on the network start it
          with <span className="mono">--host 0.0.0.0</span>.
        </p>
      )}
      <p className="dimmed">
        Address and ports are taken when the hub starts, and cannot change while devices are connected. To change them,
        stop the hub and start it again, for example:
      </p>
      <code className="code">{command}</code>
    </>
  );
}
