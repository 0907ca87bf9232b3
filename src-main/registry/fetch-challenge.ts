// What a registry asks for in `WWW-Authenticate` (RFC 9110 11.6.1): one or several challenges, each with its parameters.

export interface Challenge {
  /** Lower case. */
  readonly scheme: string;
  /** Names in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
}

const longestHeader = 8_192;
const token = "[\\w!#$%&'*+.^`|~-]+";
const part = new RegExp(
  `\\s*(?:(${token})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|(${token}))|(${token}))\\s*(,|(?=\\s)|$)`,
  'y',
);

/** Example: `Bearer realm="https://auth.local/token",service="reg"` → bearer with realm and service. */
export function readChallenges(header: string): readonly Challenge[] {
  if (header.length > longestHeader) return [];
  const found: { scheme: string; parameters: Map<string, string> }[] = [];
  part.lastIndex = 0;
  for (let match = part.exec(header); match !== null && match[0] !== ''; match = part.exec(header)) {
    const [, name, quoted, plain, scheme] = match;
    if (scheme !== undefined) found.push({ scheme: scheme.toLowerCase(), parameters: new Map() });
    else if (name !== undefined)
      found.at(-1)?.parameters.set(name.toLowerCase(), plain ?? (quoted ?? '').replaceAll(/\\(.)/g, '$1'));
    if (part.lastIndex >= header.length) break;
  }
  return found;
}
