// The tabs of a device: in the address, so that a link leads to one; by mouse, by arrow keys on them, and by their number anywhere.
import { useRef } from 'react';
import { useLocation, useSearch } from 'wouter';
import { useShortcuts } from '#renderer/keys/shortcuts.ts';
import { devicePath } from '#renderer/words/paths.ts';

const deviceTabs = ['overview', 'twin', 'logs', 'methods', 'timeline', 'effective'] as const;
export type DeviceTab = (typeof deviceTabs)[number];

const tabWords: Readonly<Record<DeviceTab, string>> = {
  overview: 'Overview',
  twin: 'Twin',
  logs: 'Logs',
  methods: 'Methods',
  timeline: 'Timeline',
  effective: 'Effective configuration',
};

export function tabPath(deviceId: string, tab: DeviceTab, more: Readonly<Record<string, string>> = {}): string {
  return `${devicePath(deviceId)}?${new URLSearchParams({ tab, ...more })}`;
}

export function useDeviceTab(): DeviceTab {
  const asked = new URLSearchParams(useSearch()).get('tab');
  return deviceTabs.find((tab) => tab === asked) ?? 'overview';
}

export const tabPanelId = 'device-tab-panel';
const tabId = (tab: DeviceTab) => `device-tab-${tab}`;

export function DeviceTabs({ deviceId, shown }: { readonly deviceId: string; readonly shown: DeviceTab }) {
  const [, navigate] = useLocation();
  const list = useRef<HTMLDivElement>(null);
  const show = (tab: DeviceTab) => navigate(tabPath(deviceId, tab), { replace: true });
  useShortcuts(
    deviceTabs.map((tab, at) => ({ keys: String(at + 1), word: `Device: ${tabWords[tab]}`, run: () => show(tab) })),
  );
  useShortcuts([
    { keys: 'e', word: 'Device: edit the twin', run: () => show('twin') },
    { keys: 'l', word: 'Device: read the logs', run: () => show('logs') },
    { keys: 'm', word: 'Device: call a method', run: () => show('methods') },
  ]);

  function move(key: string): DeviceTab | undefined {
    const at = deviceTabs.indexOf(shown);
    if (key === 'ArrowRight') return deviceTabs[(at + 1) % deviceTabs.length];
    if (key === 'ArrowLeft') return deviceTabs.at(at - 1);
    if (key === 'Home') return deviceTabs[0];
    return key === 'End' ? deviceTabs.at(-1) : undefined;
  }

  return (
    <div
      ref={list}
      role="tablist"
      aria-label="Parts of the device"
      className="device-tabs"
      onKeyDown={(event) => {
        const next = move(event.key);
        if (next === undefined) return;
        event.preventDefault();
        show(next);
        list.current?.querySelector<HTMLElement>(`#${tabId(next)}`)?.focus();
      }}
    >
      {deviceTabs.map((tab, at) => (
        <button
          key={tab}
          type="button"
          role="tab"
          id={tabId(tab)}
          aria-selected={tab === shown}
          aria-controls={tabPanelId}
          tabIndex={tab === shown ? 0 : -1}
          className="device-tab"
          onClick={() => show(tab)}
        >
          {tabWords[tab]} <kbd aria-hidden>{at + 1}</kbd>
        </button>
      ))}
    </div>
  );
}

export function labelOfTab(tab: DeviceTab): string {
  return tabId(tab);
}
