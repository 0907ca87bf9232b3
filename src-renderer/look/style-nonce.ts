// The nonce of this very page: without it the content policy lets nobody write styles at run time.

export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? '';
}
