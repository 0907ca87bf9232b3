// A link in a row of a long list: an anchor alone. The place it leads to stands in the hash, where the browser goes by itself; the
// router's own link listens to the address, which costs each of the thousands that come by while one scrolls.
import type { AnchorHTMLAttributes } from 'react';
import { hrefOf } from '#renderer/link/hash-location.ts';

/** `path`: as for the router, `/devices/press-1`. */
export function RowLink({ path, ...rest }: { readonly path: string } & AnchorHTMLAttributes<HTMLAnchorElement>) {
  return <a href={hrefOf(path)} {...rest} />;
}
