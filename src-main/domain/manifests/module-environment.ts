// The variables by which unmodified IoT Edge module code finds its hub (`ModuleClient.fromEnvironment`). They are the
// agent's: a deployment that sets one is refused, else a module could be given another identity than its own.

export interface ModuleIdentity {
  /** The hub as the agent's own connection string writes it, port included. */
  readonly hubHostName: string;
  readonly gatewayHostName: string | null;
  readonly deviceId: string;
  readonly moduleId: string;
  readonly moduleKey: string;
  /** Path inside the container. */
  readonly caFile: string;
}

const names = [
  'EdgeHubConnectionString',
  'EdgehubConnectionString',
  'IotHubConnectionString',
  'EdgeModuleCACertificateFile',
  'IOTEDGE_APIVERSION',
  'IOTEDGE_AUTHSCHEME',
  'IOTEDGE_DEVICEID',
  'IOTEDGE_GATEWAYHOSTNAME',
  'IOTEDGE_IOTHUBHOSTNAME',
  'IOTEDGE_MODULEGENERATIONID',
  'IOTEDGE_MODULEID',
  'IOTEDGE_WORKLOADURI',
];

export const ownEnvironmentNames: ReadonlySet<string> = new Set(names);

export function moduleEnvironment(identity: ModuleIdentity, connectionString: string): Record<string, string> {
  return {
    EdgeHubConnectionString: connectionString,
    EdgeModuleCACertificateFile: identity.caFile,
    IOTEDGE_APIVERSION: '2020-07-07',
    IOTEDGE_AUTHSCHEME: 'sasToken',
    IOTEDGE_DEVICEID: identity.deviceId,
    IOTEDGE_GATEWAYHOSTNAME: identity.gatewayHostName ?? withoutPort(identity.hubHostName),
    IOTEDGE_IOTHUBHOSTNAME: withoutPort(identity.hubHostName),
    IOTEDGE_MODULEID: identity.moduleId,
  };
}

function withoutPort(hostName: string): string {
  return hostName.replace(/:\d+$/, '');
}
