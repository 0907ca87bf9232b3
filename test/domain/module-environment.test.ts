// What an unmodified IoT Edge module finds in its environment.
import { describe, expect, test } from 'vitest';
import { moduleEnvironment, ownEnvironmentNames, type ModuleIdentity } from '#domain/manifests/module-environment.ts';

const identity: ModuleIdentity = {
  hubHostName: 'hub.site:8443',
  gatewayHostName: null,
  deviceId: 'press-1',
  moduleId: 'web',
  moduleKey: 'a2V5',
  caFile: '/trust/ca.pem',
};

describe('moduleEnvironment', () => {
  test('when the hub has a port, host names are told without it', () => {
    expect(moduleEnvironment(identity, 'HostName=…')).toEqual({
      EdgeHubConnectionString: 'HostName=…',
      EdgeModuleCACertificateFile: '/trust/ca.pem',
      IOTEDGE_APIVERSION: '2020-07-07',
      IOTEDGE_AUTHSCHEME: 'sasToken',
      IOTEDGE_DEVICEID: 'press-1',
      IOTEDGE_GATEWAYHOSTNAME: 'hub.site',
      IOTEDGE_IOTHUBHOSTNAME: 'hub.site',
      IOTEDGE_MODULEID: 'web',
    });
  });

  test('when there is a gateway, it is that', () => {
    const through = moduleEnvironment({ ...identity, gatewayHostName: 'gateway' }, '');
    expect(through['IOTEDGE_GATEWAYHOSTNAME']).toBe('gateway');
  });

  test('when it sets a variable, no deployment may', () => {
    for (const name of Object.keys(moduleEnvironment(identity, ''))) expect(ownEnvironmentNames).toContain(name);
  });
});
