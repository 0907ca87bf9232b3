// The screens of the app, one entry each: the rail, the router, the palette and the `g` keys are all made of this table.
// A screen is loaded when it is first opened; one that is not here yet is nowhere.
import {
  IconBox,
  IconCpu,
  IconActivity,
  IconHistory,
  IconHome,
  IconRocket,
  IconSettings,
  IconStack2,
  IconUsersGroup,
  type TablerIcon,
} from '@tabler/icons-react';
import { type ComponentType, lazy, type ReactElement } from 'react';
import { loadPart } from '#renderer/link/load-part.ts';
import {
  deploymentIdOf,
  deploymentsPath,
  deviceIdOf,
  devicesPath,
  groupsPath,
  historyPath,
  imageOf,
  imagesPath,
  livePath,
  newDeploymentPath,
  newRolloutPath,
  pullsPath,
  readinessPath,
  rolloutIdOf,
  rolloutsPath,
  settingsPath,
  sitePath,
} from '#renderer/words/paths.ts';

/** One kind of address. */
interface Page {
  /** Null: it is another address. */
  draw(path: string): ReactElement | null;
  load(): Promise<unknown>;
}

export interface Screen {
  /** Its list or overview; all its addresses begin with it. */
  readonly path: string;
  readonly word: string;
  readonly icon: TablerIcon;
  /** Letter after `g`. */
  readonly key: string;
  readonly pages: readonly Page[];
}

export const screens: readonly Screen[] = [
  {
    path: sitePath,
    word: 'Site',
    icon: IconHome,
    key: 's',
    pages: [pageAt(sitePath, async () => (await import('#renderer/site/site-view.tsx')).SiteView)],
  },
  {
    path: devicesPath,
    word: 'Devices',
    icon: IconCpu,
    key: 'd',
    pages: [
      pageAt(devicesPath, async () => (await import('#renderer/devices/devices-view.tsx')).DevicesView),
      pageOf(
        (path) => only('deviceId', deviceIdOf(path)),
        async () => (await import('#renderer/device/device-view.tsx')).DeviceView,
      ),
    ],
  },
  {
    path: deploymentsPath,
    word: 'Deployments',
    icon: IconStack2,
    key: 'p',
    pages: [
      pageAt(deploymentsPath, async () => (await import('#renderer/deployments/deployments-view.tsx')).DeploymentsView),
      pageAt(
        newDeploymentPath,
        async () => (await import('#renderer/deployments/deployment-editor-view.tsx')).DeploymentEditorView,
      ),
      pageOf(
        (path) => only('deploymentId', deploymentIdOf(path)),
        async () => (await import('#renderer/deployments/deployment-view.tsx')).DeploymentView,
      ),
    ],
  },
  {
    path: rolloutsPath,
    word: 'Rollouts',
    icon: IconRocket,
    key: 'r',
    pages: [
      pageAt(rolloutsPath, async () => (await import('#renderer/rollouts/rollouts-view.tsx')).RolloutsView),
      pageAt(newRolloutPath, async () => (await import('#renderer/rollouts/rollout-start-view.tsx')).RolloutStartView),
      pageOf(
        (path) => only('deploymentId', rolloutIdOf(path)),
        async () => (await import('#renderer/rollouts/rollout-view.tsx')).RolloutView,
      ),
    ],
  },
  {
    path: groupsPath,
    word: 'Groups',
    icon: IconUsersGroup,
    key: 'u',
    pages: [pageAt(groupsPath, async () => (await import('#renderer/groups/groups-view.tsx')).GroupsView)],
  },
  {
    path: imagesPath,
    word: 'Images',
    icon: IconBox,
    key: 'i',
    pages: [
      pageAt(imagesPath, async () => (await import('#renderer/images/images-view.tsx')).ImagesView),
      pageAt(readinessPath, async () => (await import('#renderer/images/readiness-view.tsx')).ReadinessView),
      pageAt(pullsPath, async () => (await import('#renderer/images/pulls-view.tsx')).PullsView),
      pageOf(imageOf, async () => (await import('#renderer/images/image-view.tsx')).ImageView),
    ],
  },
  {
    path: livePath,
    word: 'Live',
    icon: IconActivity,
    key: 'l',
    pages: [pageAt(livePath, async () => (await import('#renderer/live/live-view.tsx')).LiveView)],
  },
  {
    path: historyPath,
    word: 'History',
    icon: IconHistory,
    key: 'h',
    pages: [pageAt(historyPath, async () => (await import('#renderer/history/history-view.tsx')).HistoryView)],
  },
  {
    path: settingsPath,
    word: 'Settings',
    icon: IconSettings,
    key: ',',
    pages: [pageAt(settingsPath, async () => (await import('#renderer/settings/settings-view.tsx')).SettingsView)],
  },
];

/** The screen that an address belongs to; null: to none. */
export function screenOf(path: string): Screen | null {
  return screens.find((screen) => path === screen.path || path.startsWith(`${screen.path}/`)) ?? null;
}

/** What the address shows; null: nothing is there. */
export function drawScreen({ pages }: Screen, path: string): ReactElement | null {
  return pages.map((page) => page.draw(path)).find((drawn) => drawn !== null) ?? null;
}

/**
 * Loads what was not opened yet, one after the other: a page that is open then works on whatever becomes of the hub's files,
 * and the first way to a screen takes no time.
 */
export async function loadAhead(): Promise<void> {
  for (const page of screens.flatMap(({ pages }) => pages)) {
    // Whoever opens that screen is told that it could not be loaded; ahead of time it is nobody's matter.
    await page.load().catch(() => undefined);
  }
}

/** One address. */
function pageAt(path: string, load: () => Promise<ComponentType>): Page {
  const View = lazy(async () => ({ default: await loadPart(load) }));
  return { load, draw: (asked) => (asked === path ? <View /> : null) };
}

/** The addresses that `read` finds something in: what the view is given. */
function pageOf<T extends object>(read: (path: string) => T | null, load: () => Promise<ComponentType<T>>): Page {
  const View = lazy(async () => ({ default: (await loadPart(load)) as ComponentType<object> }));
  return {
    load,
    draw(asked) {
      const found = read(asked);
      return found === null ? null : <View {...found} />;
    },
  };
}

function only<Name extends string>(name: Name, value: string | null): Readonly<Record<Name, string>> | null {
  return value === null ? null : ({ [name]: value } as Record<Name, string>);
}
