// Counts of devices as parts of a sentence, in the right number.

/** `1 device`, `3 devices`. */
export function devicesText(count: number): string {
  return `${count} ${count === 1 ? 'device' : 'devices'}`;
}

/**
 * How large a part is, to one digit behind the point where it needs one: rounded up, so that what is just above a threshold never
 * reads as being at it. 1 of 4 → `25 %`, 34 of 333 → `10.3 %`.
 */
export function shareText(part: number, whole: number): string {
  return `${Math.ceil((part * 1_000) / whole) / 10} %`;
}
