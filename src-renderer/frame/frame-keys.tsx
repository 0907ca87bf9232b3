// The keys that are heard on every screen, and the ear for all others.
import { useEffect } from 'react';
import { useLocation } from 'wouter';
import { rememberShortcuts } from '#renderer/keys/known-shortcuts.ts';
import { everywhere } from '#renderer/keys/shortcut-book.ts';
import { listenForKeys, useShortcuts } from '#renderer/keys/shortcuts.ts';
import { askAnew } from '#renderer/link/view-store.ts';
import { setTextSize, showNextLook, stepTextSize } from '#renderer/look/look.ts';
import { keepFocus } from '#renderer/pieces/focus-keeper.ts';
import { showFrameDialog } from './frame-store.ts';
import { screens } from './screens.tsx';

export function FrameKeys() {
  const [, navigate] = useLocation();
  useEffect(() => rememberShortcuts(), []);
  useEffect(() => listenForKeys(), []);
  useEffect(() => keepFocus(), []);
  useShortcuts(
    [
      { keys: 'Ctrl+K', word: 'Find or do', run: () => showFrameDialog('palette') },
      { keys: 'Ctrl+.', word: 'What this screen can do', run: () => showFrameDialog('actions') },
      { keys: '?', word: 'Keys', run: () => showFrameDialog('help') },
      { keys: 'r', word: 'Ask the hub again', run: askAnew },
      { keys: 't', word: 'Next look: light, dark, sunlight', run: showNextLook },
      { keys: 'Ctrl+=', word: 'Larger text', run: () => stepTextSize(1) },
      { keys: 'Ctrl+-', word: 'Smaller text', run: () => stepTextSize(-1) },
      { keys: 'Ctrl+0', word: 'Text as usual', run: () => setTextSize(null) },
      ...screens.map(({ key, word, path }) => ({ keys: `g ${key}`, word: `Go to ${word}`, run: () => navigate(path) })),
    ],
    everywhere,
  );
  return null;
}
