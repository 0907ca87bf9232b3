// The name of a blob or manifest by its content. Only this form is a digest anywhere: it becomes part of paths and of rows.

declare const brand: unique symbol;

/** `sha256:` and 64 hexadecimal digits, lower case. */
export type Digest = string & { readonly [brand]: 'digest' };

const digestPattern = /^sha256:[0-9a-f]{64}$/;

/** OCI image-spec, descriptor.md "Digests". Example: `sha256:AB…` is none, for its letters are upper case. */
export function isDigest(text: string): text is Digest {
  return digestPattern.test(text);
}

/** The digits alone. Example: `sha256:e3b0…` → `e3b0…` */
export function digestHex(digest: Digest): string {
  return digest.slice('sha256:'.length);
}
