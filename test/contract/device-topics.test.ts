// Topics of IoT Hub's MQTT protocol, parsed and formatted: hub and agent are the two ends of each.
import { describe, expect, test } from 'vitest';
import type { DeviceId, ModuleId } from '#base/ids.ts';
import {
  moduleKeysAnswerTopic,
  moduleKeysRequest,
  moduleKeysRequestTopic,
  parseModuleKeysAnswer,
  parseModuleKeysRequest,
} from '#contract/agent-topics.ts';
import {
  cloudMessagesFilter,
  cloudMessageTopic,
  desiredChangeTopic,
  methodAnswerTopic,
  methodCallTopic,
  moduleInputsFilter,
  moduleInputTopic,
  parseDesiredChange,
  parseDevicePublication,
  parseDeviceSubscription,
  parseMethodCall,
  parseTwinAnswer,
  telemetryTopic,
  twinAnswerTopic,
  twinGetTopic,
  twinReportTopic,
} from '#contract/device-topics.ts';
import { decodeProperties, encodeProperties } from '#contract/property-bag.ts';

const deviceId = 'd 1'.replace(' ', '%') as DeviceId;
const moduleId = '$edgeHub' as ModuleId;

describe('what a device publishes', () => {
  test('when it is telemetry with properties, both ends agree', () => {
    const properties = { '$.ct': 'application/json', 'k 1': 'v&1=ü' };
    expect(parseDevicePublication(telemetryTopic({ deviceId, moduleId }, properties))).toEqual({
      kind: 'telemetry',
      identity: { deviceId, moduleId },
      properties,
    });
  });

  test.each([
    ['devices/d/messages/events/', { deviceId: 'd', moduleId: null }],
    ['devices/d/messages/events', { deviceId: 'd', moduleId: null }],
    ['devices/d/modules/$edgeHub/messages/events/', { deviceId: 'd', moduleId: '$edgeHub' }],
    ['devices/d/modules/%24edgeHub/messages/events/', { deviceId: 'd', moduleId: '$edgeHub' }],
    ['devices/50%/messages/events/', { deviceId: '50%', moduleId: null }],
  ])('when the topic is %s, it is from %j', (topic, identity) => {
    expect(parseDevicePublication(topic)).toMatchObject({ kind: 'telemetry', identity });
  });

  test.each([
    [twinGetTopic('7'), { kind: 'twin-get', requestId: '7' }],
    [twinReportTopic('a-b'), { kind: 'twin-report', requestId: 'a-b' }],
    ['$iothub/twin/PATCH/properties/reported/?$version=3&$rid=9', { kind: 'twin-report', requestId: '9' }],
    [methodAnswerTopic(200, 'r'), { kind: 'method-answer', requestId: 'r', status: 200 }],
    ['$iothub/methods/res/-1/?$rid=r', { kind: 'method-answer', requestId: 'r', status: -1 }],
  ])('when the topic is %s, it is %j', (topic, expected) => {
    expect(parseDevicePublication(topic)).toEqual(expected);
  });

  test.each([
    '',
    'devices',
    'devices/d/messages/devicebound/',
    'devices/d/messages/events/%zz',
    'devices/a b/messages/events/',
    'devices/d/modules/a%2Fb/messages/events/',
    '$iothub/twin/GET/',
    '$iothub/twin/GET/?$rid=',
    '$iothub/twin/GET/$rid=1',
    '$iothub/twin/res/200/?$rid=1',
    '$iothub/twin/PATCH/properties/desired/?$rid=1',
    '$iothub/methods/res/abc/?$rid=1',
    '$iothub/methods/POST/x/?$rid=1',
    '$SYS/x',
  ])('when the topic is %j, it is not one of a device', (topic) => {
    expect(parseDevicePublication(topic)).toBeUndefined();
  });
});

describe('what a device subscribes to', () => {
  test.each([
    ['$iothub/twin/res/#', 'twin-answers'],
    ['$iothub/twin/PATCH/properties/desired/#', 'desired-changes'],
    ['$iothub/methods/POST/#', 'method-calls'],
  ])('when the filter is %s, it is %s', (filter, kind) => {
    expect(parseDeviceSubscription(filter)).toEqual({ kind });
  });

  test('when it is the device’s messages, they go out under its own spelling', () => {
    const filter = cloudMessagesFilter(deviceId);
    const subscription = parseDeviceSubscription(filter);
    expect(subscription).toEqual({
      kind: 'cloud-messages',
      identity: { deviceId, moduleId: null },
      prefix: 'devices/d%251/messages/devicebound/',
    });
    expect(cloudMessageTopic('devices/d/messages/devicebound/', { '$.mid': '1' })).toBe(
      'devices/d/messages/devicebound/%24.mid=1',
    );
  });

  test('when it is a module’s inputs, in either SDK’s words, it is the same subscription', () => {
    const identity = { deviceId, moduleId };
    const prefix = 'devices/d%251/modules/%24edgeHub/inputs/';
    expect(parseDeviceSubscription(moduleInputsFilter(deviceId, moduleId))).toEqual({
      kind: 'module-inputs',
      identity,
      prefix,
    });
    expect(parseDeviceSubscription('devices/d%251/modules/%24edgeHub/#')).toEqual({
      kind: 'module-inputs',
      identity,
      prefix,
    });
    expect(moduleInputTopic('p/inputs/', 'in 1', { a: 'b' })).toBe('p/inputs/in%201/a=b');
  });

  test.each([
    '#',
    '+',
    '$SYS/#',
    '$iothub/#',
    '$iothub/twin/#',
    '$iothub/twin/res/200/#',
    '$iothub/+/res/#',
    'devices/#',
    'devices/+/messages/devicebound/#',
    'devices/d/messages/devicebound/+',
    'devices/d/messages/events/#',
    'devices/d/modules/+/inputs/#',
    'devices/d/modules/m/twin/#',
    'devices/d/#',
  ])('when the filter is %j, it is not one of the protocol', (filter) => {
    expect(parseDeviceSubscription(filter)).toBeUndefined();
  });
});

describe('what the hub sends', () => {
  test('when an answer to a twin request is formatted, the other end reads it', () => {
    expect(parseTwinAnswer(twinAnswerTopic(204, 'r', 5))).toEqual({ status: 204, requestId: 'r', version: 5 });
    expect(parseTwinAnswer(twinAnswerTopic(200, 'r'))).toEqual({ status: 200, requestId: 'r', version: null });
    expect(parseTwinAnswer('$iothub/twin/res/200/')).toBeUndefined();
  });

  test('when a desired change is formatted, the other end reads its version', () => {
    expect(parseDesiredChange(desiredChangeTopic(12))).toEqual({ version: 12 });
    expect(parseDesiredChange('$iothub/twin/PATCH/properties/desired/?$version=x')).toBeUndefined();
    expect(parseDesiredChange('other')).toBeUndefined();
  });

  test('when a method call is formatted, the other end reads its name', () => {
    expect(parseMethodCall(methodCallTopic('ping', 'r1'))).toEqual({ name: 'ping', requestId: 'r1' });
    expect(parseMethodCall('$iothub/methods/POST/')).toBeUndefined();
  });
});

describe('the agent’s own requests', () => {
  test('when module keys are asked and answered, both ends agree', () => {
    expect(parseModuleKeysRequest(moduleKeysRequestTopic('3'))).toEqual({ requestId: '3' });
    expect(parseModuleKeysRequest('$lanyard/modules/GET/')).toBeUndefined();
    expect(parseModuleKeysRequest('$iothub/twin/GET/?$rid=1')).toBeUndefined();
    expect(parseModuleKeysAnswer(moduleKeysAnswerTopic(200, '3'))).toEqual({ status: 200, requestId: '3' });
    expect(parseModuleKeysAnswer('$lanyard/modules/res/')).toBeUndefined();
  });

  test('when a request names what is no module id, it is refused', () => {
    expect(moduleKeysRequest.safeParse({ modules: ['a/b'] }).success).toBe(false);
    expect(moduleKeysRequest.safeParse({ modules: ['a'] }).success).toBe(true);
  });
});

describe('property bags', () => {
  test.each([
    ['', {}],
    ['a=b', { a: 'b' }],
    ['?a=b/', { a: 'b' }],
    ['a', { a: '' }],
    ['a=b=c&d=', { a: 'b=c', d: '' }],
    ['a=1&a=2', { a: '2' }],
  ])('when the bag is %j, it holds %j', (text, expected) => {
    expect(decodeProperties(text)).toEqual(expected);
  });

  test('when a name is __proto__, it is a name like any other', () => {
    const properties = decodeProperties('__proto__=x');
    expect(Object.keys(properties ?? {})).toEqual(['__proto__']);
    expect(encodeProperties(properties ?? {})).toBe('__proto__=x');
  });

  test.each(['%', 'a=%', '=b'])('when the bag is %j, it is refused', (text) => {
    expect(decodeProperties(text)).toBeUndefined();
  });
});
