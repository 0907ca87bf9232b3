// A path chosen in the desktop's own dialogs instead of typed. Only where there is a desktop: a browser gives no paths away.
import { Group } from '@mantine/core';
import type { PathRequest } from '#contract/desktop-bridge.ts';
import { choosePath, isDesktop } from '#renderer/link/desktop.ts';
import { useAction } from '#renderer/link/use-action.ts';
import { Act } from './act.tsx';
import { ProblemView } from './problem-view.tsx';

export function PathChoice(props: {
  readonly ways: readonly { readonly words: string; readonly request: PathRequest }[];
  readonly onPath: (path: string) => void;
}) {
  const action = useAction();
  if (!isDesktop()) return null;
  const choose = async (request: PathRequest): Promise<void> => {
    const path = await choosePath(request);
    if (path !== null) props.onPath(path);
  };
  return (
    <>
      <Group gap={8} mt={10}>
        {props.ways.map(({ words, request }) => (
          <Act
            key={words}
            variant="default"
            disabled={action.isBusy}
            onClick={() => void action.run(() => choose(request))}
          >
            {words}
          </Act>
        ))}
      </Group>
      {action.problem !== null && <ProblemView text={action.problem} />}
    </>
  );
}
