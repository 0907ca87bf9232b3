// Amounts of bytes in words, in the units that disks and Docker are sold by: a megabyte is a million.

const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];

/** `0 B`, `999 B`, `1.2 MB`, `71 MB`: two digits are enough to compare by. */
export function bytesInWords(bytes: number): string {
  let amount = Math.max(0, bytes);
  let unit = 0;
  while (amount >= 999.5 && unit < units.length - 1) {
    amount /= 1_000;
    unit += 1;
  }
  const digits = unit > 0 && amount < 9.95 ? 1 : 0;
  return `${amount.toFixed(digits)} ${units[unit]}`;
}

/** `34 %`; never 100 before all of it is there. */
export function shareInWords(done: number, total: number): string {
  return `${total === 0 ? 100 : Math.min(100, Math.floor((done / total) * 100))} %`;
}
