// Files as the az CLI wrote them (azure-cli 2.45.0, extension azure-iot 0.23.1): what `az iot hub state export` saved of a hub of
// ours, and what `az iot edge deployment create` printed. Keys in them were made the same.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { FileReport } from '#contract/file-report.ts';
import { aSite, base64Of } from '#test/support/file-site.ts';
import { deploymentId, deviceId, deviceIdentity, moduleIdentity } from '#test/support/hub-parts.ts';

const written = (name: string) => base64Of(readFileSync(new URL(`../fixtures/${name}`, import.meta.url)));
const state = { fileBase64: written('azure-cli-state.json') };

const outcomes = ({ items }: FileReport) => items.map(({ kind, id, outcome }) => `${kind} ${id} ${outcome}`);

describe('files of the az CLI', () => {
  it('when a state is imported, the hub has all of it, and a second import finds it the same', async () => {
    const { files, deployments, registry, twins } = aSite();
    const report = await files.importFile({ ...state, mode: 'all' });
    expect(report).toMatchObject({ format: 'hub-state', problems: [], notices: [] });
    expect(outcomes(report)).toEqual([
      'device-configuration devices created',
      'module-configuration modules created',
      'base base created',
      'layer layer created',
      'device dev1 created',
      'device dev2 created',
      'device edge1 created',
    ]);
    expect(deployments.get(deploymentId('base'))).toMatchObject({
      priority: 3,
      targetCondition: "tags.site='south'",
      labels: { by: 'az' },
      metricQueries: { fast: 'SELECT deviceId FROM devices WHERE properties.reported.rate > 4' },
    });
    expect(registry.getDevice(deviceId('dev2'))).toMatchObject({
      status: 'disabled',
      statusReason: 'spare',
      authentication: { type: 'selfSigned', primaryThumbprint: '0123456789ABCDEF0123456789ABCDEF01234567' },
    });
    expect(twins.get(deviceIdentity('dev2'))).toMatchObject({
      tags: { site: 'north', floor: 2 },
      desired: { value: { mode: { fast: true } } },
    });
    expect(twins.get(moduleIdentity('dev1', 'cam'))).toMatchObject({
      tags: { role: 'camera' },
      desired: { value: { rate: 5 } },
    });
    const again = await files.checkFile(state);
    expect(again.items.map(({ id, outcome, changes }) => [id, outcome, changes])).toEqual(
      report.items.map(({ id }) => [id, 'same', []]),
    );
  });

  it('when what was imported is exported, it is what the CLI had written', async () => {
    const { files } = aSite();
    await files.importFile({ ...state, mode: 'all' });
    const { text } = await files.exportSite({ reader: 'iot-hub', devices: true });
    const copy = aSite();
    await copy.files.importFile({ fileBase64: base64Of(text), mode: 'all' });
    const check = await copy.files.checkFile(state);
    expect(check.items.map(({ outcome }) => outcome)).toEqual(check.items.map(() => 'same'));
  });

  it('when the answer to a deployment that was created is kept as a file, it imports with its null contents', async () => {
    const { files } = aSite();
    const report = await files.importFile({ fileBase64: written('azure-cli-created.json'), mode: 'all' });
    expect(outcomes(report)).toEqual(['layer layer created']);
    expect(report.items.flatMap(({ problems }) => problems)).toEqual([]);
  });
});
