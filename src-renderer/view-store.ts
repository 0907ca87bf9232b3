// What only this window knows: the time it shows ages by, and how its lists are sorted and paged.
import { create } from 'zustand';

export type DeviceOrder = 'state' | 'device' | 'seen';

interface View {
  readonly nowMs: number;
  readonly order: DeviceOrder;
}

export const useView = create<View>(() => ({ nowMs: Date.now(), order: 'device' }));

export function orderDevicesBy(order: DeviceOrder): void {
  useView.setState({ order });
}

/** Ages grow by themselves: one tick a second for the whole page. */
export function startTicking(): () => void {
  const timer = setInterval(() => useView.setState({ nowMs: Date.now() }), 1_000);
  return () => clearInterval(timer);
}
