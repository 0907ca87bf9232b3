// A name of several parts, which a narrow column breaks behind a slash before it breaks it anywhere else.
import { Fragment } from 'react';

export function SlashedName({ name }: { readonly name: string }) {
  const parts = name.split('/');
  return parts.map((part, index) => (
    <Fragment key={parts.slice(0, index + 1).join('/')}>
      {part}
      {index < parts.length - 1 && (
        <>
          /<wbr />
        </>
      )}
    </Fragment>
  ));
}
