// A question or a form above the page: the browser's own dialog, which keeps the focus, makes the rest inert and closes on Escape.
import { ActionIcon } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { type ReactNode, useId } from 'react';
import { DialogName } from '#renderer/keys/shortcuts.ts';
import { DialogTitle } from './problem-report.ts';
import { useModal } from './use-modal.ts';

export function DialogView(props: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const titleId = useId();
  const dialog = useModal(titleId);
  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby={titleId}
      onClose={() => dialog.current?.isConnected === true && props.onClose()}
    >
      <div className="dialog-head">
        <h2 id={titleId}>{props.title}</h2>
        <ActionIcon variant="subtle" color="gray" size={44} aria-label="Close" onClick={props.onClose}>
          <IconX size={20} />
        </ActionIcon>
      </div>
      <DialogName value={titleId}>
        <DialogTitle value={props.title}>{props.children}</DialogTitle>
      </DialogName>
    </dialog>
  );
}
