// Exponential backoff, the shape IoT Edge and the kubelet share.

interface BackoffShape {
  readonly firstMs: number;
  readonly limitMs: number;
}

/** Delay before attempt `attempt + 1` (attempt counts from 0): `firstMs · 2^attempt`, at most `limitMs`. */
export function backoffMs(attempt: number, shape: BackoffShape): number {
  return Math.min(shape.firstMs * 2 ** Math.min(attempt, 52), shape.limitMs);
}

/** Full jitter: a delay in [0, backoff], so that forty agents do not come back in one instant. `random` is in [0, 1). */
export function jitteredBackoffMs(attempt: number, shape: BackoffShape, random: number): number {
  return Math.round(backoffMs(attempt, shape) * random);
}
