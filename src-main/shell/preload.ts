// All that the page may ask of the desktop: the calls of the bridge, one function each. It never sees Electron's own parts.
import { contextBridge, ipcRenderer } from 'electron';
import { bridgeChannels, type DesktopBridge, type OpenAnswer } from '#contract/desktop-bridge.ts';

const bridge: DesktopBridge = {
  isDesktop: true,
  openFile: () => ipcRenderer.invoke(bridgeChannels.openFile) as ReturnType<DesktopBridge['openFile']>,
  saveFile: (request) => ipcRenderer.invoke(bridgeChannels.saveFile, request) as ReturnType<DesktopBridge['saveFile']>,
  choosePath: (request) =>
    ipcRenderer.invoke(bridgeChannels.choosePath, request) as ReturnType<DesktopBridge['choosePath']>,
  onFileOpened(listener) {
    const take = () => {
      const taken = ipcRenderer.invoke(bridgeChannels.takeOpenedFile) as Promise<OpenAnswer>;
      void taken.then((file) => file !== null && listener(file));
    };
    ipcRenderer.on(bridgeChannels.fileOpened, take);
    // What was opened before the page listened waits for it.
    take();
    return () => void ipcRenderer.removeListener(bridgeChannels.fileOpened, take);
  },
};

contextBridge.exposeInMainWorld('lanyardDesktop', Object.freeze(bridge));
