// What a fleet shares of a new desired section must be what each device would have been given by itself.
import { describe, expect, it } from 'vitest';
import type { DeviceId, ModuleId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import { createDesiredReplacer, replaceDesired } from '#hub/evaluation/desired-writing.ts';
import { createSharedWriter } from '#store/json-column.ts';

const nowIso = '2026-01-01T00:00:00.000Z';
const from: JsonObject = { image: 'a:1', old: true };
const to: JsonObject = { image: 'a:2', ports: { http: 80 } };

function aTwin(deviceId: string, version = 4, value = from) {
  const identity = { deviceId: deviceId as DeviceId, moduleId: '$edgeAgent' as ModuleId };
  return { ...identity, version: 9, desired: { value, version } };
}

describe('a section for a fleet', () => {
  it('when two devices go from the same to the same, they share what is made, and it is what each had got alone', () => {
    const replace = createDesiredReplacer();
    const first = replace(aTwin('d1'), { value: to, nowIso });
    expect(replace(aTwin('d2'), { value: to, nowIso })).toBe(first);
    expect(first).toEqual(replaceDesired(aTwin('d1'), { value: to, nowIso }));
    expect(first.change).toEqual({
      moduleId: '$edgeAgent',
      patch: { image: 'a:2', old: null, ports: { http: 80 } },
      version: 5,
    });
  });

  it.each([
    ['stands at another version', aTwin('d2', 7), { value: to, nowIso }],
    ['comes from another section', aTwin('d2', 4, { image: 'b' }), { value: to, nowIso }],
    ['is another module', { ...aTwin('d2'), moduleId: 'm' as ModuleId }, { value: to, nowIso }],
    ['is written at another instant', aTwin('d2'), { value: to, nowIso: '2026-01-01T00:00:01.000Z' }],
    ['has configurations that write to it', aTwin('d2'), { value: to, nowIso, configurations: ['c' as never] }],
  ])('when the second %s, it gets its own', (_what, twin, change) => {
    const replace = createDesiredReplacer();
    replace(aTwin('d1'), { value: to, nowIso });
    expect(replace(twin, change)).toEqual(replaceDesired(twin, change));
  });
});

describe('the text of a document for many rows', () => {
  it('when it is frozen, it is written out once; when it may change, each time anew', () => {
    const write = createSharedWriter();
    let asked = 0;
    const counted = () => {
      asked += 1;
      return asked;
    };
    const frozen = Object.freeze({ toJSON: counted });
    expect([write(frozen), write(frozen)]).toEqual(['1', '1']);
    const open = { a: 1 };
    expect(write(open)).toBe('{"a":1}');
    open.a = 2;
    expect(write(open)).toBe('{"a":2}');
  });
});
