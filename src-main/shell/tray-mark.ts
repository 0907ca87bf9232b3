// The mark in the system's tray: how the site stands, at a glance and in words, and the way back to the window.
import { join } from 'node:path';
import type { SiteLook } from './site-look.ts';
import type { ShellElectron } from './shell-needs.ts';

export interface TrayMark {
  tell(look: SiteLook): void;
}

export function createTrayMark(needs: {
  readonly electron: Pick<ShellElectron, 'Menu' | 'Tray'>;
  readonly iconsDir: string;
  readonly first: SiteLook;
  readonly onOpen: () => void;
  readonly onQuit: () => void;
}): TrayMark {
  const { electron } = needs;
  const picture = ({ look }: SiteLook) => join(needs.iconsDir, `tray-${look}.png`);
  const tray = new electron.Tray(picture(needs.first));
  tray.on('click', () => needs.onOpen());
  let told: SiteLook | null = null;

  function tell(look: SiteLook): void {
    // A menu that is open would close: nothing is set that is there already.
    if (told?.words === look.words && told.look === look.look) return;
    if (told?.look !== look.look) tray.setImage(picture(look));
    told = look;
    tray.setToolTip(`Lanyard: ${look.words}`);
    tray.setContextMenu(
      electron.Menu.buildFromTemplate([
        { label: look.words, enabled: false },
        { type: 'separator' },
        { label: 'Open Lanyard', click: () => needs.onOpen() },
        { label: 'Quit', click: () => needs.onQuit() },
      ]),
    );
  }

  tell(needs.first);
  return { tell };
}
