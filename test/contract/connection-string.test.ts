// Connection strings as users paste them, with what goes wrong when they do.
import { describe, expect, test } from 'vitest';
import { formatConnectionString, parseConnectionString, splitHostPort } from '#contract/connection-string.ts';

function parsed(text: string) {
  const result = parseConnectionString(text);
  if (!result.ok) throw new Error(result.problems.map((problem) => problem.message).join('; '));
  return result.value;
}

describe('parseConnectionString', () => {
  test('when a module string comes through a gateway, it keeps every field', () => {
    const text =
      'HostName=hub.local:8884;GatewayHostName=10.0.0.2;DeviceId=d1;ModuleId=$edgeAgent;SharedAccessKey=bWFnaWM=';
    const value = parsed(text);
    expect(value).toEqual({
      hostName: 'hub.local:8884',
      gatewayHostName: '10.0.0.2',
      deviceId: 'd1',
      moduleId: '$edgeAgent',
      sharedAccessKeyName: null,
      sharedAccessKey: 'bWFnaWM=',
      isX509: false,
    });
    expect(formatConnectionString(value)).toBe(text);
  });

  test('when names are in other case, spaced, or end with a semicolon, it reads them as the SDKs do', () => {
    expect(parsed(' hostname=h ; DEVICEID=d;X509=True; ')).toMatchObject({
      hostName: 'h',
      deviceId: 'd',
      isX509: true,
    });
  });

  test.each([
    ['DeviceId=d1', 'no HostName'],
    ['HostName=h;HostName=i', 'stands twice'],
    ['HostName=h;DeviceId', 'Name=Value'],
    ['HostName=h;DeviceId=', 'Name=Value'],
    ['HostName=h;SharedAccessKey=not base64', 'not base64'],
    ['HostName=h;ModuleId=m', 'needs a DeviceId'],
    ['', 'no HostName'],
  ])('when given %j, it says %j', (text, message) => {
    const result = parseConnectionString(text);
    expect(result.ok ? '' : result.problems.map((problem) => problem.message).join('; ')).toContain(message);
  });

  test('when several things are wrong, it tells them all', () => {
    const result = parseConnectionString('ModuleId=m;SharedAccessKey=?');
    expect(result.ok ? [] : result.problems.map((problem) => problem.at)).toEqual([
      'HostName',
      'SharedAccessKey',
      'DeviceId',
    ]);
  });
});

test.each([
  ['localhost', { host: 'localhost', port: 8883 }],
  ['localhost:1', { host: 'localhost', port: 1 }],
  ['[::1]:8884', { host: '::1', port: 8884 }],
  ['[::1]', { host: '::1', port: 8883 }],
  ['host:65536', undefined],
  ['host:x', undefined],
  ['', undefined],
])('when a host name reads %j, it splits into %j', (text, expected) => {
  expect(splitHostPort(text, 8883)).toEqual(expected);
});
