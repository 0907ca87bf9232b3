// The key of the shared access policy `service`: made at the first start, kept with the data, shown in the connection string.
import { newKey } from '#hub/records/new-authentication.ts';
import type { Store } from '#store/store-types.ts';

export const servicePolicyName = 'service';

const settingName = 'service-key';

/** The hub's service key, base64; made when there is none yet. */
export function openServiceKey(store: Store): string {
  const kept = store.read.settings.get(settingName);
  if (typeof kept === 'string' && kept !== '') return kept;
  const key = newKey();
  store.change((write) => write.settings.set(settingName, key));
  return key;
}

/** A new service key in the place of the old one, which opens nothing from now on. */
export function rotateServiceKey(store: Store): string {
  const key = newKey();
  store.change((write) => {
    write.settings.set(settingName, key);
    write.journal.append({ kind: 'service-key-rotated', actor: 'console' });
  });
  return key;
}

/** For `azure-iothub`, `az iot` and other service clients; the port is left out where it is the one they use anyway. */
export function serviceConnectionString(host: string, httpsPort: number, serviceKey: string): string {
  const hostName = httpsPort === 443 ? host : `${host}:${httpsPort}`;
  return `HostName=${hostName};SharedAccessKeyName=${servicePolicyName};SharedAccessKey=${serviceKey}`;
}
