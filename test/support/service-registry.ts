// The unmodified `azure-iothub`, trusting the hub under test. It speaks to port 443 alone, so a test needs an own loopback
// address and the right to bind there.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import azureIotHub from 'azure-iothub';

export function openRegistry(ready: { readonly caFile: string; readonly serviceConnectionString: string }) {
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(ready.caFile, 'utf8')]);
  return azureIotHub.Registry.fromConnectionString(ready.serviceConnectionString);
}

/** Why nothing can listen on port 443 of `host`, or null when it can. */
export function whyNotPort443(host: string): Promise<string | null> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error) => resolve(`port 443 on ${host} cannot be bound: ${error.message}`));
    probe.listen(443, host, () => probe.close(() => resolve(null)));
  });
}
