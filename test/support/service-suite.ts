// Tests of the unmodified `azure-iothub` against one site, over real TLS on port 443; skipped, and why is told, where nobody may
// listen there.
import { afterAll, beforeAll, describe } from 'vitest';
import { whyNotPort443 } from './service-registry.ts';
import { openServiceSite, type ServiceSite } from './service-site.ts';

/** `host` is a loopback address that no other file has. */
export async function describeServiceSite(
  host: string,
  what: string,
  tests: (site: Omit<ServiceSite, 'stop'>) => void,
): Promise<void> {
  const whyNot = await whyNotPort443(host);
  if (whyNot !== null) console.log(`skipped: ${what} against the hub, because ${whyNot}`);
  describe.skipIf(whyNot !== null)(`${what}${whyNot === null ? '' : ` (${whyNot})`}`, () => {
    let site: ServiceSite;
    beforeAll(async () => {
      site = await openServiceSite(host);
    });
    afterAll(() => site.stop());
    tests({
      get hub() {
        return site.hub;
      },
      get store() {
        return site.store;
      },
      get serviceKey() {
        return site.serviceKey;
      },
      get connectionString() {
        return site.connectionString;
      },
      get registry() {
        return site.registry;
      },
      get client() {
        return site.client;
      },
      serviceToken: () => site.serviceToken(),
      connectDevice: (deviceId, key) => site.connectDevice(deviceId, key),
    });
  });
}

/** What the SDK rejects with: its own class by status, and the parts of the answer. */
export async function sdkFailure(call: Promise<unknown>) {
  const error = (await call.then(
    () => Promise.reject(new Error('the call went well')),
    (thrown: unknown) => thrown,
  )) as Error & { responseBody?: string; response?: { statusCode: number; headers: Record<string, string> } };
  const body = JSON.parse(error.responseBody ?? '{}') as {
    readonly Message?: string;
    readonly ExceptionMessage?: string;
    readonly errorCode?: number;
  };
  return {
    name: error.name,
    status: error.response?.statusCode,
    code: error.response?.headers['iothub-errorcode'],
    number: body.errorCode,
    message: error.message,
    /** The hub's own words. */
    answer: body.Message,
    tracking: body.ExceptionMessage,
  };
}
