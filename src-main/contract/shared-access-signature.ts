// SAS tokens, `SharedAccessSignature sr=…&sig=…&se=…[&skn=…]`, as devices and service scripts send them.
// The HMAC is an argument, because this room has no platform: `createHmac('sha256', Buffer.from(key, 'base64'))` in Node.
import { failure, success, type Problem, type Result } from '#base/result.ts';
import { decodePart } from './property-bag.ts';

/** HMAC-SHA256 of UTF-8 text with a base64 key, as base64. */
export type HmacSha256Base64 = (keyBase64: string, text: string) => string;

export interface SharedAccessSignature {
  /** What it opens, decoded: `host[:port]/devices/d[/modules/m]`, or the host alone for a service key. */
  readonly resource: string;
  /** `sr` exactly as sent: the text that was signed. */
  readonly encodedResource: string;
  readonly signatureBase64: string;
  /** Unix seconds. */
  readonly expiresAtS: number;
  /** `skn`: the shared access policy of a service key. */
  readonly keyName: string | null;
}

export interface SignatureRequest {
  readonly resource: string;
  readonly keyBase64: string;
  readonly expiresAtS: number;
  readonly keyName?: string | undefined;
}

const prefix = 'SharedAccessSignature ';
const fieldNames = ['sr', 'sig', 'se', 'skn'];

export function parseSharedAccessSignature(text: string): Result<SharedAccessSignature> {
  if (!text.startsWith(prefix)) return failure([problem("the token does not begin with 'SharedAccessSignature '", '')]);
  const fields = new Map<string, string>();
  for (const part of text.slice(prefix.length).split('&')) {
    const equals = part.indexOf('=');
    const name = part.slice(0, Math.max(equals, 0));
    // A field given twice would let a reader of one and a verifier of the other disagree.
    if (fields.has(name)) return failure([problem(`the token has '${name}' twice`, name)]);
    if (fieldNames.includes(name)) fields.set(name, part.slice(equals + 1));
  }
  const encodedResource = fields.get('sr') ?? '';
  const resource = decodePart(encodedResource);
  const signature = decodePart(fields.get('sig') ?? '');
  const keyName = fields.has('skn') ? decodePart(fields.get('skn') ?? '') : null;
  const expiry = fields.get('se') ?? '';
  const problems: Problem[] = [];
  if (resource === undefined || resource === '') problems.push(problem('the token names no resource (sr)', 'sr'));
  if (signature === undefined || signature === '') problems.push(problem('the token has no signature (sig)', 'sig'));
  if (!/^\d{1,12}$/.test(expiry)) problems.push(problem('the expiry of the token (se) is not in Unix seconds', 'se'));
  if (keyName === undefined) problems.push(problem('the policy name of the token (skn) is not URL-encoded', 'skn'));
  if (resource === undefined || signature === undefined || keyName === undefined || problems.length > 0)
    return failure(problems);
  return success({
    resource,
    encodedResource,
    signatureBase64: signature,
    expiresAtS: Number(expiry),
    keyName: keyName === '' ? null : keyName,
  });
}

/** A token for `resource`; an empty policy name is left out, as device tokens have none. */
export function signSharedAccessSignature(request: SignatureRequest, hmac: HmacSha256Base64): string {
  const encodedResource = encodeURIComponent(request.resource);
  const signature = hmac(request.keyBase64, `${encodedResource}\n${request.expiresAtS}`);
  const keyName = request.keyName === undefined ? '' : `&skn=${encodeURIComponent(request.keyName)}`;
  return `${prefix}sr=${encodedResource}&sig=${encodeURIComponent(signature)}&se=${request.expiresAtS}${keyName}`;
}

/** Whether the key made this token. Takes the same time however much of the signature fits. */
export function isSignedWith(token: SharedAccessSignature, keyBase64: string, hmac: HmacSha256Base64): boolean {
  if (keyBase64 === '') return false;
  const expected = hmac(keyBase64, `${token.encodedResource}\n${token.expiresAtS}`);
  const actual = token.signatureBase64;
  let difference = expected.length ^ actual.length;
  for (let index = 0; index < expected.length; index++)
    difference |= expected.charCodeAt(index) ^ actual.charCodeAt(index);
  return difference === 0;
}

function problem(message: string, at: string): Problem {
  return { code: 'shared-access-signature', message, at };
}
