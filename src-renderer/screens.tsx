// The screens of the app, one entry each: the rail, the router, the palette and the `g` keys are all made of this table.
// A screen is loaded when it is first opened; one that is not here yet is nowhere.
import { IconBox, IconCpu, IconStack2, type TablerIcon } from '@tabler/icons-react';
import { type ComponentType, lazy, type ReactElement } from 'react';
import {
  deploymentIdOf,
  deploymentsPath,
  deviceIdOf,
  devicesPath,
  imageOf,
  imagesPath,
  pullsPath,
  readinessPath,
} from './paths.ts';

/** Draws one kind of address, and null for all others. */
type Page = (path: string) => ReactElement | null;

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
    path: devicesPath,
    word: 'Devices',
    icon: IconCpu,
    key: 'd',
    pages: [
      pageAt(devicesPath, async () => (await import('./devices-view.tsx')).DevicesView),
      pageOf(
        (path) => only('deviceId', deviceIdOf(path)),
        async () => (await import('./device-view.tsx')).DeviceView,
      ),
    ],
  },
  {
    path: deploymentsPath,
    word: 'Deployments',
    icon: IconStack2,
    key: 'p',
    pages: [
      pageAt(deploymentsPath, async () => (await import('./deployments-view.tsx')).DeploymentsView),
      pageOf(
        (path) => only('deploymentId', deploymentIdOf(path)),
        async () => (await import('./deployment-view.tsx')).DeploymentView,
      ),
    ],
  },
  {
    path: imagesPath,
    word: 'Images',
    icon: IconBox,
    key: 'i',
    pages: [
      pageAt(imagesPath, async () => (await import('./images-view.tsx')).ImagesView),
      pageAt(readinessPath, async () => (await import('./readiness-view.tsx')).ReadinessView),
      pageAt(pullsPath, async () => (await import('./pulls-view.tsx')).PullsView),
      pageOf(imageOf, async () => (await import('./image-view.tsx')).ImageView),
    ],
  },
];

/** The screen that an address belongs to; null: to none. */
export function screenOf(path: string): Screen | null {
  return screens.find((screen) => path === screen.path || path.startsWith(`${screen.path}/`)) ?? null;
}

/** One address. */
function pageAt(path: string, load: () => Promise<ComponentType>): Page {
  const View = lazy(async () => ({ default: await load() }));
  return (asked) => (asked === path ? <View /> : null);
}

/** The addresses that `read` finds something in: what the view is given. */
function pageOf<T extends object>(read: (path: string) => T | null, load: () => Promise<ComponentType<T>>): Page {
  const View = lazy(async () => ({ default: (await load()) as ComponentType<object> }));
  return (asked) => {
    const found = read(asked);
    return found === null ? null : <View {...found} />;
  };
}

function only<Name extends string>(name: Name, value: string | null): Readonly<Record<Name, string>> | null {
  return value === null ? null : ({ [name]: value } as Record<Name, string>);
}
