// What only this window knows: the time it shows ages by, and how its lists are sorted and paged.
import { create } from 'zustand';

export type DeviceOrder = 'state' | 'device' | 'seen';

interface View {
  readonly nowMs: number;
  readonly order: DeviceOrder;
  /** Counts how often a person wanted everything that was asked for asked again. */
  readonly askings: number;
}

export const useView = create<View>(() => ({ nowMs: Date.now(), order: 'device', askings: 0 }));

/** Every question that a shown view has asked the hub is asked again. */
export function askAnew(): void {
  useView.setState(({ askings }) => ({ askings: askings + 1 }));
}

export function orderDevicesBy(order: DeviceOrder): void {
  useView.setState({ order });
}

/** Ages grow by themselves: one tick a second for the whole page. */
export function startTicking(): () => void {
  const timer = setInterval(() => useView.setState({ nowMs: Date.now() }), 1_000);
  return () => clearInterval(timer);
}
