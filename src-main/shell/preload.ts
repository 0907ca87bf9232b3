// All that the page may know of the desktop: that it is in it. No call leads from the page into the shell.
import { contextBridge } from 'electron';

contextBridge.exposeInMainWorld('lanyardDesktop', Object.freeze({ isDesktop: true }));
