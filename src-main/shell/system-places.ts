// What the system says to the app outside its window: a second start, files and links that it hands over; and the places it has
// for one that is ready: menu, tray, sleep.
import type { ShellWord, SiteStatus } from '#contract/shell-port.ts';
import { menuTemplate } from './app-menu.ts';
import { linkScheme } from './deep-link.ts';
import { openingOf, openingsIn, type Opening } from './launch.ts';
import { watchPower } from './power-watch.ts';
import type { ShellNeeds } from './shell-needs.ts';
import { siteLook, type HubStanding } from './site-look.ts';
import { createTrayMark } from './tray-mark.ts';

/** To be called at once: macOS hands over what the app was started with before it is ready. */
export function followSystem(
  { electron, platform, cwd }: ShellNeeds,
  open: (openings: readonly Opening[]) => void,
): void {
  const { app } = electron;
  const openOne = (given: string): void => {
    const opening = openingOf(given, cwd);
    open(opening === null ? [] : [opening]);
  };
  app.on('second-instance', (_event, args, workingDir) => open(openingsIn(args.slice(1), workingDir)));
  app.on('open-file', (event, path) => {
    event.preventDefault();
    openOne(path);
  });
  app.on('open-url', (event, link) => {
    event.preventDefault();
    openOne(link);
  });
  // Elsewhere the package tells the system; an installer of Windows does not.
  if (platform === 'win32' && app.isPackaged) app.setAsDefaultProtocolClient(linkScheme);
}

export interface SystemPlaces {
  /** To be called when either changed. */
  tell(standing: HubStanding, status: SiteStatus | null): void;
}

export interface PlaceActions {
  readonly iconsDir: string;
  readonly showPage: (path: string) => void;
  readonly showWindow: () => void;
  readonly openFile: () => void;
  readonly tellHub: (word: ShellWord) => void;
  /** The machine goes: nobody is asked. */
  readonly endNow: () => void;
}

/** Once Electron is ready. */
export function enterSystem({ electron, platform }: ShellNeeds, actions: PlaceActions): SystemPlaces {
  const { app, Menu } = electron;
  const quit = (): void => app.quit();
  const ofMenu = { openFile: actions.openFile, goTo: actions.showPage, quit };
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate({ platform, isPackaged: app.isPackaged }, ofMenu)));
  const power = watchPower({ electron, tellHub: actions.tellHub, onShutdown: actions.endNow });
  const tray = createTrayMark({
    electron,
    iconsDir: actions.iconsDir,
    first: siteLook('starting', null),
    onOpen: actions.showWindow,
    onQuit: quit,
  });
  return {
    tell(standing, status) {
      tray.tell(siteLook(standing, status));
      power.follow(status);
    },
  };
}
