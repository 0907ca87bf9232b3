// Sizes in sentences.

const units = ['bytes', 'KB', 'MB', 'GB', 'TB'];

/** Example: 1536 → `1.5 KB`, 999 → `999 bytes`. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
