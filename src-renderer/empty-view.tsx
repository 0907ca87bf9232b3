// An empty list: what belongs here, and how to get the first one.
import type { ReactNode } from 'react';

export function EmptyView({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div className="surface" style={{ padding: '36px 40px', lineHeight: 1.55 }}>
      <h2 style={{ fontSize: 18, margin: '0 0 8px' }}>{title}</h2>
      <div style={{ maxWidth: 760 }}>{children}</div>
    </div>
  );
}
