// A small word set apart by a tint: what kind of thing a row is.

export function Pill({ color, word }: { readonly color: string; readonly word: string }) {
  const colors = {
    color: `var(--mantine-color-${color}-light-color)`,
    background: `var(--mantine-color-${color}-light)`,
  };
  return (
    <span className="pill" style={colors}>
      {word}
    </span>
  );
}
