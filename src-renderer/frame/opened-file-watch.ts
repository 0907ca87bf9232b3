// Files that the system hands over to the desktop app: kept for the Deployments screen, which is shown at once.
import { useEffect } from 'react';
import { useLocation } from 'wouter';
import { onFileOpened } from '#renderer/link/desktop.ts';
import { useOpenedFile } from '#renderer/link/opened-file-store.ts';
import { deploymentsPath } from '#renderer/words/paths.ts';

export function useOpenedFileWatch(): void {
  const [, navigate] = useLocation();
  useEffect(
    () =>
      onFileOpened((outcome) => {
        if (outcome.kind === 'none') return;
        if (outcome.kind === 'picked') useOpenedFile.setState({ file: outcome.file, problem: null });
        else useOpenedFile.setState({ file: null, problem: outcome.words });
        navigate(deploymentsPath);
      }),
    [navigate],
  );
}
