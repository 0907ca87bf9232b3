// The way back to the list that a screen belongs to.
import { IconArrowLeft } from '@tabler/icons-react';
import { Link } from 'wouter';

export function BackLink({ path, word }: { readonly path: string; readonly word: string }) {
  return (
    <Link href={path} className="plain-link back">
      <IconArrowLeft size={16} aria-hidden /> {word}
    </Link>
  );
}
