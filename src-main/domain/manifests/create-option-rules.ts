// The plain kinds of value a create option may have. A rule gives the problems of one value, none when it is fine.
import { isJsonObject, type Json } from '#base/json.ts';
import type { Problem } from '#base/result.ts';
import type { DevicePolicy } from './device-policy.ts';

export type OptionRule = (value: Json, at: string, policy: DevicePolicy) => readonly Problem[];

export function refuse(at: string, message: string): readonly Problem[] {
  return [{ code: 'agent.create-options', at, message: `${at} ${message}.` }];
}

export const aText: OptionRule = (value, at) => (typeof value === 'string' ? [] : refuse(at, 'is not a string'));

export const aFlag: OptionRule = (value, at) => (typeof value === 'boolean' ? [] : refuse(at, 'is not true or false'));

export const whole: OptionRule = (value, at) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? [] : refuse(at, 'is not a whole number');

/** Where -1 stands for no limit. */
export const aSize: OptionRule = (value, at) =>
  typeof value === 'number' && Number.isSafeInteger(value) ? [] : refuse(at, 'is not a whole number');

export const anObject: OptionRule = (value, at) => (isJsonObject(value) ? [] : refuse(at, 'is not an object'));

export const texts: OptionRule = (value, at) =>
  Array.isArray(value) && value.every((item) => typeof item === 'string') ? [] : refuse(at, 'is not a list of strings');

export const textMap: OptionRule = (value, at) =>
  isJsonObject(value) && Object.values(value).every((item) => typeof item === 'string')
    ? []
    : refuse(at, 'is not an object of strings');

/** Docker's sets: `{"80/tcp": {}}`. */
export const emptyObjects: OptionRule = (value, at) =>
  isJsonObject(value) && Object.values(value).every((item) => isJsonObject(item) && Object.keys(item).length === 0)
    ? []
    : refuse(at, 'reads {"80/tcp": {}}, each value an empty object');
