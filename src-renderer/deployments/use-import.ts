// The work of an import: chosen items go a few at a time, so that how far it came is measured and it can be stopped in between;
// all or nothing goes in one piece. It goes on when its dialog is closed.
import { useRef, useState } from 'react';
import type { FileRequest } from '#contract/console-files.ts';
import type { ItemReport } from '#contract/file-report.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { documentOf, withoutItems } from './file-selection.ts';

const together = 10;

interface ImportState {
  readonly done: number;
  readonly total: number;
  readonly isOver: boolean;
  readonly isStopped: boolean;
  /** By the item's place in the file. */
  readonly outcomes: ReadonlyMap<string, ItemReport>;
  readonly problem: string | null;
}

export function useImport(request: FileRequest) {
  const client = useHub((state) => state.client);
  const [state, setState] = useState<ImportState | null>(null);
  const isStopping = useRef(false);

  async function run(all: readonly ItemReport[], chosen: readonly ItemReport[], isWhole: boolean): Promise<void> {
    if (client === null) return;
    const document = all.length > 1 ? documentOf(request.fileBase64) : null;
    const portions = portionsOf(chosen, isWhole || document === null);
    const outcomes = new Map<string, ItemReport>();
    let state: ImportState = {
      done: 0,
      total: chosen.length,
      isOver: false,
      isStopped: false,
      outcomes,
      problem: null,
    };
    const show = (changed: Partial<ImportState>) => setState((state = { ...state, ...changed }));
    show({});
    // The edge of a click: what fails is shown where the person looks, and what is in stays in.
    try {
      for (const portion of portions) {
        if (isStopping.current) break;
        const report = await client.importFile.mutate({
          ...request,
          fileBase64: fileOf(request, document, { all, portion }),
          mode: isWhole ? 'all' : 'each',
        });
        // Of a file made smaller the places are others; the order is that of the file.
        report.items.forEach((item) => outcomes.set(placeOf(portion, item), item));
        show({ done: state.done + portion.length, outcomes: new Map(outcomes) });
      }
      show({ isOver: true, isStopped: isStopping.current && state.done < state.total });
    } catch (error) {
      show({ isOver: true, problem: error instanceof Error ? error.message : String(error) });
    }
  }

  return {
    state,
    start: (all: readonly ItemReport[], chosen: readonly ItemReport[], isWhole: boolean) => {
      isStopping.current = false;
      void run(all, chosen, isWhole);
    },
    stop: () => {
      isStopping.current = true;
    },
  };
}

function portionsOf(chosen: readonly ItemReport[], isOnePiece: boolean): readonly (readonly ItemReport[])[] {
  if (isOnePiece) return [chosen];
  const count = Math.ceil(chosen.length / together);
  return Array.from({ length: count }, (_none, at) => chosen.slice(at * together, (at + 1) * together));
}

function fileOf(
  { fileBase64 }: FileRequest,
  document: ReturnType<typeof documentOf>,
  { all, portion }: { readonly all: readonly ItemReport[]; readonly portion: readonly ItemReport[] },
): string {
  if (document === null || portion.length === all.length) return fileBase64;
  const kept = new Set(portion.map(({ at }) => at));
  return withoutItems(document, new Set(all.map(({ at }) => at).filter((at) => !kept.has(at))));
}

function placeOf(portion: readonly ItemReport[], { kind, id, at }: ItemReport): string {
  return portion.find((item) => item.kind === kind && item.id === id)?.at ?? at;
}
