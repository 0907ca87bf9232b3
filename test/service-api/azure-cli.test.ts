// What the az CLI asked of a hub, played again: azure-cli 2.45.0 with its extension azure-iot 0.23.1, their paths, headers and
// bodies to the letter. Each request stands with the command that made it.
import { describe, expect, it } from 'vitest';
import { serviceCalls } from '#test/support/service-calls.ts';
import recorded from '#test/fixtures/azure-cli-requests.json' with { type: 'json' };

const { call } = serviceCalls();

interface Recorded {
  readonly az: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
}
const requests: readonly Recorded[] = recorded;
type Method = Parameters<typeof call>[0];

const send = ({ method, path, headers, body }: Recorded) => {
  const given = Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value ? [[name, value]] : [])));
  return call(method as Method, path, { headers: given, ...(body !== undefined && { body }) });
};

/** Plays commands in their order up to one whose text holds `az`, and that one; what the last of its requests was answered. */
async function playedTo(az: string) {
  const last = requests.findLastIndex((request) => request.az.includes(az));
  expect(last, `nothing was recorded of ${az}`).toBeGreaterThanOrEqual(0);
  const answers = [];
  for (const request of requests.slice(0, last + 1)) answers.push(await send(request));
  return answers.at(-1) as (typeof answers)[number];
}

const takenFromBoth = ['cloudToDeviceMessageCount', 'deviceId', 'etag', 'lastActivityTime', 'moduleId'];
const takenFromModules = [...takenFromBoth, 'connectionStateUpdatedTime', 'generationId'];
const takenFromModuleTwins = [
  ...takenFromBoth,
  'authenticationType',
  'connectionState',
  'deviceEtag',
  'statusUpdateTime',
  'version',
  'x509Thumbprint',
];

describe('the az CLI', () => {
  it('when all of its requests are played, those of this hub are served and the others told apart', async () => {
    const failed: unknown[] = [];
    for (const request of requests) {
      const { statusCode, headers } = await send(request);
      if (statusCode >= 300) failed.push([request.method, request.path, headers['iothub-errorcode']]);
    }
    expect(failed).toEqual([
      ['PUT', '/devices/dev1?api-version=2021-04-12', 'ArgumentInvalid'],
      ['DELETE', '/devices/dev1/commands?api-version=2021-04-12', 'GenericNotFound'],
    ]);
  });

  it('when a device is to stand behind another, it is refused instead of passed over', async () => {
    const answer = await playedTo('parent set -d dev1');
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({
      Message: expect.stringMatching(/^ErrorCode:ArgumentInvalid;'dev1' is to stand behind another device.*leave/),
    });
  });

  it.each([
    [400, 'a deviceScope', { deviceScope: 'ms-azure-iot-edge://other-1' }],
    [400, 'parentScopes', { parentScopes: ['ms-azure-iot-edge://edge-1-5'] }],
    [200, 'its own scope among parentScopes', { parentScopes: ['ms-azure-iot-edge://edge-17952'] }],
    [200, 'an empty deviceScope, as `children remove` writes it', { deviceScope: '' }],
  ])('when the answer is %i, the device came with %s', async (status, _what, scopes) => {
    const body = { deviceId: 'edge', ...scopes, capabilities: { iotEdge: true } };
    const answer = await call('PUT', '/devices/edge?api-version=2021-04-12', { body });
    expect(answer.statusCode).toBe(status);
  });

  it.each([
    'module-twin update -d dev1 -m cam --tags \'{"role":null}\'',
    'device-twin update -d dev1 --tags \'{"site":null}\'',
  ])('when %s takes the last tag, the twin has no tags, as the CLI asks', async (az) => {
    const answer = await playedTo(az);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).not.toHaveProperty('tags');
    expect(answer.json()).toMatchObject({ properties: { desired: { rate: 5 } } });
  });

  it('when set-modules follows set-modules, the modules it lists are those of the second manifest', async () => {
    const answer = await playedTo("set-modules -d edge1 -k 'other.json'");
    expect(
      answer
        .json<{ moduleId: string }[]>()
        .map(({ moduleId }) => moduleId)
        .toSorted(),
    ).toEqual(['$edgeAgent', '$edgeHub', 'filter']);
  });

  it('when a state is exported, every field is there that the CLI takes out without asking', async () => {
    const moduleTwin = await playedTo('module-twin update -d dev1');
    expect(Object.keys(moduleTwin.json<object>())).toEqual(expect.arrayContaining(takenFromModuleTwins));
    const [module] = (await playedTo('module-identity list -d dev1')).json<object[]>();
    expect(Object.keys(module ?? {})).toEqual(expect.arrayContaining(takenFromModules));
    const twin = (await playedTo('device-twin replace -d dev1')).json<object>();
    expect(Object.keys(twin)).toEqual(expect.arrayContaining(['authenticationType', 'properties', 'x509Thumbprint']));
  });
});
