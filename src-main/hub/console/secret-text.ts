// Takes out of a text what opens something: for what people hand on to others. Rather too much than too little.

const hidden = '(taken out)';

const patterns: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|$)/gs, hidden],
  // Connection strings, tokens of devices and of the console, however they are quoted.
  [/((?:SharedAccessKey|sig|token|password|passwd|secret)\s*(?:=|%3D)\s*)[^\s;&"'\\,}]+/gi, `$1${hidden}`],
  [/("(?:\w*(?:key|password|secret|token|sig|authorization|cookie))"\s*:\s*")(?:[^"\\]|\\.)*"/gi, `$1${hidden}"`],
  [/\b(SharedAccessSignature|Bearer|Basic)\s+[^\s"']+/gi, `$1 ${hidden}`],
  // Keys of 32 and 64 bytes as IoT Hub writes them.
  [/(?<![A-Za-z0-9+/=])(?:[A-Za-z0-9+/]{43}=|[A-Za-z0-9+/]{86}==)(?![A-Za-z0-9+/=])/g, hidden],
];

/** `SharedAccessKey=abc…` → `SharedAccessKey=(taken out)`. `known`: secrets that are taken out wherever they stand. */
export function withoutSecretText(text: string, known: readonly string[] = []): string {
  const first = known.filter(Boolean).reduce((rest, secret) => rest.replaceAll(secret, hidden), text);
  return patterns.reduce((rest, [pattern, instead]) => rest.replaceAll(pattern, instead), first);
}
