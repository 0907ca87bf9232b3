// Instants as IoT Hub writes them in its JSON.

/** ISO 8601 in UTC; what never happened is in the year one. */
export function wireTime(atMs: number): string {
  return atMs === 0 ? '0001-01-01T00:00:00Z' : new Date(atMs).toISOString();
}
