// The buttons of the house: large enough for a thumb in a glove.
import { Button, type ButtonProps } from '@mantine/core';
import type { MouseEventHandler, ReactNode } from 'react';

export function Act({
  children,
  ...button
}: ButtonProps & {
  readonly children: ReactNode;
  readonly onClick?: MouseEventHandler<HTMLButtonElement>;
  readonly type?: 'button' | 'submit';
  readonly 'aria-label'?: string;
}) {
  return (
    <Button h={44} {...button}>
      {children}
    </Button>
  );
}
