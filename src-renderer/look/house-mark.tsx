// The product's mark: a hub, held by its lanyard.

export function HouseMark({ size = 24 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" aria-hidden>
      <path d="M6 2.5 12 10l6-7.5" strokeWidth="2.2" strokeLinecap="round" strokeLinejoin="round" />
      <rect x="5" y="10" width="14" height="11.5" rx="3" strokeWidth="2.2" />
      <circle cx="12" cy="15.75" r="2.1" fill="currentColor" stroke="none" />
    </svg>
  );
}
