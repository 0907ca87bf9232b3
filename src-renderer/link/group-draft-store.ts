// Devices that were chosen on another screen, to be made a group of.
import { create } from 'zustand';

interface GroupDraft {
  /** Null: none were handed over. */
  readonly deviceIds: readonly string[] | null;
}

/** Whoever sets it goes to `/groups` next. */
export const useGroupDraft = create<GroupDraft>(() => ({ deviceIds: null }));
