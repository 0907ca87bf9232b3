// The files of an archive by name, links inside it followed: what a tar on disk and a compressed one have in common.
import { normalName, unreadable, type SourceEntry } from './import-source.ts';

/** As a tar lists it; `place` is where its reader finds the content. */
interface ListedEntry<P> {
  readonly name: string;
  readonly type: string | null;
  readonly linkName: string;
  readonly entry: SourceEntry & P;
}

export interface EntryIndex<P> {
  add(listed: ListedEntry<P>): void;
  find(name: string): (SourceEntry & P) | undefined;
}

const longestChain = 16;

export function createEntryIndex<P>(path: string): EntryIndex<P> {
  const byName = new Map<string, ListedEntry<P>>();

  function follow(from: string, { type, linkName }: ListedEntry<P>): string {
    // A symbolic link counts from its own folder, a hard one from the root.
    const folder = from.includes('/') ? from.slice(0, from.lastIndexOf('/') + 1) : '';
    const target = normalName(type === 'symlink' && !linkName.startsWith('/') ? folder + linkName : linkName);
    if (target !== null) return target;
    throw unreadable(path, `has '${from}' as a link out of itself (to '${linkName}')`, 'save the images anew');
  }

  return {
    add(listed) {
      const name = normalName(listed.name);
      // A name that climbs out can be nothing that an image needs: it is passed over, for nothing is ever unpacked.
      if (name !== null) byName.set(name, { ...listed, entry: { ...listed.entry, name } });
    },
    find(name) {
      let at = name;
      for (let step = 0; step < longestChain; step++) {
        const listed = byName.get(at);
        if (listed === undefined) return undefined;
        if (listed.type === 'file') return listed.entry;
        if (listed.type !== 'symlink' && listed.type !== 'link') return undefined;
        at = follow(at, listed);
      }
      throw unreadable(path, `has '${name}' as a link that leads to itself`, 'save the images anew');
    },
  };
}
