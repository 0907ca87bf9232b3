// The devices that are chosen in their list: they stay chosen while other filters and other screens are looked at.
import { create } from 'zustand';

interface DevicesChoice {
  readonly chosen: ReadonlySet<string>;
}

export const useDevicesChoice = create<DevicesChoice>(() => ({ chosen: new Set() }));

export function chooseDevices(chosen: ReadonlySet<string>): void {
  useDevicesChoice.setState({ chosen });
}

export function chooseNone(): void {
  chooseDevices(new Set());
}
