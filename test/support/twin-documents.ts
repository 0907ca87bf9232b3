// Twin documents at the edges of IoT Hub's rules (spec/iot-hub.md 1.3 and 4) and one step beyond, as they come over the wire:
// the same must be said of a report over MQTT and of tags and desired properties over HTTPS.

export interface TwinDocument {
  readonly title: string;
  readonly json: string | Buffer;
}

const levels = (count: number, leaf = '1'): string => `${'{"n":'.repeat(count)}${leaf}${'}'.repeat(count)}`;
const withKey = (key: string): string => JSON.stringify({ [key]: 1 });
const text = (value: string): string => JSON.stringify({ text: value });
const broken = (...bytes: readonly number[]): Buffer =>
  Buffer.concat([Buffer.from('{"text":"'), Buffer.from(bytes), Buffer.from('"}')]);

export const goodDocuments: readonly TwinDocument[] = [
  { title: 'ten objects in one another below the section', json: `{"n":${levels(10)}}` },
  { title: 'arrays in arrays', json: '{"a":[1,[2,[3]],{"b":[]}]}' },
  { title: 'an empty object', json: '{"a":{}}' },
  { title: 'the largest and the smallest whole number', json: '{"a":4503599627370495,"b":-4503599627370496}' },
  { title: 'fractions and numbers with an exponent', json: '{"a":0.1,"b":-1.5e+300,"c":1e-300}' },
  { title: 'a key of 1024 bytes', json: withKey('k'.repeat(1024)) },
  { title: 'a key of 1024 bytes in fewer characters', json: withKey('ü'.repeat(512)) },
  { title: 'a text of 4096 bytes', json: text('x'.repeat(4096)) },
  { title: 'a text of 4096 bytes in fewer characters', json: text('🔧'.repeat(1024)) },
  { title: 'an empty key and keys that are not ASCII', json: '{"":1,"größe":2,"🔧":3}' },
  {
    title: 'keys that every object has',
    json: '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"toString":1,"hasOwnProperty":2}',
  },
];

export const badDocuments: readonly TwinDocument[] = [
  { title: 'eleven objects in one another', json: `{"n":${levels(11)}}` },
  { title: '200 objects in one another', json: levels(200) },
  { title: '20,000 objects in one another', json: levels(20_000) },
  { title: '200 arrays in one another', json: `{"a":${'['.repeat(200)}${']'.repeat(200)}}` },
  { title: 'a whole number one too large', json: '{"a":4503599627370496}' },
  { title: 'a whole number one too small', json: '{"a":-4503599627370497}' },
  { title: 'a number past 2^53', json: '{"a":9007199254740993}' },
  { title: 'a number that no double holds', json: '{"a":1e400}' },
  { title: 'a key of 1025 bytes', json: withKey('k'.repeat(1025)) },
  { title: 'a key of 1026 bytes in fewer characters', json: withKey('ü'.repeat(513)) },
  { title: 'a key with a dot', json: withKey('a.b') },
  { title: 'a key with a dollar', json: '{"a":{"$b":1}}' },
  { title: 'a key with a hash', json: withKey('a#') },
  { title: 'a key with a space', json: withKey('a b') },
  { title: 'a key with a control character', json: withKey('a\u0007') },
  { title: 'a key with a control character above ASCII', json: withKey('a\u0085') },
  { title: 'a text of 4097 bytes', json: text('x'.repeat(4097)) },
  { title: 'a text of 4097 bytes in fewer characters', json: text(`${'🔧'.repeat(1024)}x`) },
  { title: 'null in an array', json: '{"a":[1,null]}' },
  { title: 'null in an object in an array', json: '{"a":[{"b":null}]}' },
  { title: 'a good part beside a bad one', json: '{"good":1,"bad":[null]}' },
  { title: 'no JSON', json: '{"a":' },
  { title: 'JSON with a comma too many', json: '{"a":1,}' },
  { title: 'a number JSON has not', json: '{"a":NaN}' },
  { title: 'bytes that are not UTF-8', json: broken(0xff) },
  { title: 'a character cut in two', json: broken(0xe2, 0x82) },
  { title: 'an overlong character', json: broken(0xc0, 0xaf) },
  { title: 'half a surrogate pair as an escape', json: String.raw`{"a":"\ud83d"}` },
  { title: 'half a surrogate pair in a key', json: String.raw`{"a":{"\udd27":1}}` },
  { title: 'half a surrogate pair as bytes', json: broken(0xed, 0xa0, 0x80) },
];
