// Files out: one deployment, the modules of one device, or the whole site as `az iot hub state export` writes a hub. All of a
// site's file is of one moment.
import type { Clock } from '#base/clock.ts';
import { refused } from '#base/errors.ts';
import { isDeploymentId, isDeviceId, type DeviceId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import type { Problem } from '#base/result.ts';
import type { ConsoleFiles, SiteExportRequest } from '#contract/console-files.ts';
import type { ExportedSite } from '#contract/file-report.ts';
import { createCommand, exportedDeployment, type ExportReader } from '#domain/deployments/deployment-file-export.ts';
import { configurationsInState, deviceInState, modulesFile } from '#domain/deployments/hub-state-export.ts';
import type { Deployment } from '#domain/records/deployment.ts';
import { problemsText } from '#domain/values/problem-text.ts';
import { requireDevice } from '#hub/records/registry-lookup.ts';
import { createTurns, type Turns } from '#hub/turns/turns.ts';
import type { Store, StoreReaders } from '#store/store-types.ts';
import { devicePartsOf } from './file-devices.ts';

export type FileExports = Pick<ConsoleFiles, 'exportDeployment' | 'exportModules' | 'exportSite'>;

interface ExportParts {
  readonly store: Store;
  readonly clock: Clock;
}

const pageSize = 100;
/** What a console can take in one answer. */
const largestText = 128 * 1024 * 1024;

export function createFileExports({ store, clock }: ExportParts): FileExports {
  const { read } = store;
  return {
    exportDeployment({ id, reader }) {
      const deployment = isDeploymentId(id) ? read.deployments.get(id) : undefined;
      if (deployment === undefined)
        throw refused('deployment.unknown', `There is no deployment '${id}' on this hub.`, { subject: id });
      const file = exportedDeployment(deployment, { reader, timeText });
      if (!file.ok)
        throw refused('deployment.condition', `'${id}' cannot go to IoT Hub: ${problemsText(file.problems)}`, {
          subject: id,
        });
      const fileName = `${id.replaceAll(/[*%'!]/g, '_')}.json`;
      const { configuration, targetCondition, notices } = file.value;
      return {
        fileName,
        text: jsonText(configuration),
        notices,
        command: createCommand(deployment, targetCondition, fileName),
      };
    },
    exportModules({ deviceId }) {
      if (!isDeviceId(deviceId)) throw refused('device.unknown', `There is no device '${deviceId}' on this hub.`);
      requireDevice(read, deviceId);
      const modules = devicePartsOf(read, deviceId)?.modules ?? [];
      return { fileName: 'modules.json', text: jsonText(modulesFile(modules)), notices: [] };
    },
    async exportSite(request) {
      const moment = store.snapshot();
      try {
        return await siteFile(moment.read, request, createTurns(clock));
      } finally {
        moment.close();
      }
    },
  };
}

async function siteFile(read: StoreReaders, request: SiteExportRequest, turns: Turns): Promise<ExportedSite> {
  const { configurations, notices, count } = await exportedConfigurations(
    read.deployments.list(),
    request.reader,
    turns,
  );
  const lines: string[] = [];
  let length = 0;
  if (request.devices)
    for await (const [deviceId, state] of deviceStates(read, turns)) {
      const line = `${JSON.stringify(deviceId)}: ${JSON.stringify(state)}`;
      length += line.length;
      if (length > largestText)
        throw refused(
          'request.too-large',
          `The devices alone make more than ${largestText} characters: export without devices.`,
        );
      lines.push(line);
    }
  const devices = request.devices ? `,\n"devices": {\n${lines.join(',\n')}\n}` : '';
  return {
    fileName: 'hub-state.json',
    text: `{\n"configurations": ${JSON.stringify(configurations)}${devices}\n}\n`,
    deployments: count,
    devices: lines.length,
    notices: [...notices, ...(lines.length > 0 ? [keysInside(lines.length)] : [])],
  };
}

async function exportedConfigurations(deployments: readonly Deployment[], reader: ExportReader, turns: Turns) {
  const configurations: { readonly configuration: JsonObject }[] = [];
  const notices: Problem[] = [];
  for (const deployment of deployments) {
    const file = exportedDeployment(deployment, { reader, timeText });
    const told = (problem: Problem): Problem => ({ ...problem, at: `${deployment.id}.${problem.at}` });
    if (file.ok) configurations.push(file.value);
    else notices.push({ code: 'file.notice', at: deployment.id, message: `left out: ${problemsText(file.problems)}` });
    if (file.ok) notices.push(...file.value.notices.map(told));
    await turns.next();
  }
  return { configurations: configurationsInState(configurations), notices, count: configurations.length };
}

async function* deviceStates(read: StoreReaders, turns: Turns): AsyncGenerator<readonly [DeviceId, JsonObject]> {
  let after: DeviceId | undefined;
  for (;;) {
    const page = read.devices.list({ after, limit: pageSize });
    for (const { deviceId } of page) {
      const parts = devicePartsOf(read, deviceId);
      if (parts !== undefined) yield [deviceId, deviceInState(parts)];
      await turns.next();
    }
    after = page.at(-1)?.deviceId;
    if (page.length < pageSize) return;
  }
}

function keysInside(devices: number): Problem {
  const message = `the file holds the keys of ${devices} devices and of their modules, as the az CLI's does: whoever has it can be them.`;
  return { code: 'file.notice', at: 'devices', message };
}

function jsonText(document: JsonObject): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

function timeText(atMs: number): string {
  return new Date(atMs).toISOString();
}
