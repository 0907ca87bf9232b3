// Time is an input. The wall clock may jump (a laptop wakes, a technician sets it); deadlines use the monotonic one.

export interface Clock {
  /** Wall time, epoch milliseconds. */
  nowMs(): number;
  /** Never goes back; for deadlines and ages. */
  monotonicMs(): number;
  /** Runs `work` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, work: () => void): () => void;
}
