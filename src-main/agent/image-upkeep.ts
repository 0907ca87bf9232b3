// Images that this agent brought, and which of them may go: never one that it did not bring, never one that a revision it may still
// run or go back to names, and never by force. The device's own policy says when.
import type { Logger } from 'pino';
import { asAppError } from '#base/errors.ts';
import { isJsonObject } from '#base/json.ts';
import type { PruneTime } from '#domain/manifests/device-policy.ts';
import { withTag } from '#domain/manifests/module-spec.ts';
import { childOf, textAt } from '#domain/updates/module-standing.ts';
import type { Revision } from '#domain/updates/update-course.ts';
import type { AgentMemory } from './agent-memory.ts';
import type { ImageShelf } from './docker-shelf.ts';
import { isProxyName, keptNameOf } from './image-reference.ts';

export interface ImageUpkeep {
  /** It is on the device under its own name, and the agent brought it; `digest` is that of what the hub had under its name. */
  brought(image: string, id: string, digest?: string): Promise<void>;
  /** The id under which the engine may still know what came with this digest; null: nothing did. */
  idOf(digest: string): string | null;
  /** The device runs what it should, and nothing is under way. */
  settled(): Promise<void>;
  /** The disk is low: true when something went. */
  makeRoom(): Promise<boolean>;
}

export interface ImageUpkeepOptions {
  readonly memory: AgentMemory;
  readonly shelf: ImageShelf;
  readonly prefix: string;
  readonly pruneTime: () => Promise<PruneTime>;
  readonly log: Logger;
}

export function createImageUpkeep(options: ImageUpkeepOptions): ImageUpkeep {
  const { memory } = options;
  let isTidied = false;
  return {
    async brought(image, id, digest) {
      const known = memory.current.images.brought[image];
      if (known?.id === id && (digest === undefined || known.digest === digest)) return;
      await memory.change((state) => {
        const brought = { ...state.images.brought, [image]: { id, ...(digest !== undefined && { digest }) } };
        return { ...state, images: { ...state.images, brought } };
      });
    },
    idOf(digest) {
      return Object.values(memory.current.images.brought).find((one) => one.digest === digest)?.id ?? null;
    },
    async settled() {
      const hasTurned = await noteProven(memory);
      if (!isTidied) await tidyProxyNames(options);
      isTidied = true;
      if (hasTurned && (await options.pruneTime()) === 'after-update') await prune(options);
    },
    async makeRoom() {
      return (await options.pruneTime()) !== 'never' && (await prune(options));
    },
  };
}

/** True when something went. */
async function prune(options: ImageUpkeepOptions): Promise<boolean> {
  const { memory } = options;
  const needed = neededImages(memory);
  let hasGone = false;
  for (const [image, { id }] of Object.entries(memory.current.images.brought)) {
    if (needed.has(image)) continue;
    hasGone = (await remove(image, id, options)) || hasGone;
  }
  return hasGone;
}

async function remove(image: string, id: string, { memory, shelf, log }: ImageUpkeepOptions): Promise<boolean> {
  try {
    const name = await nameThatLeadsTo(id, image, shelf);
    if (name !== null) await shelf.takeName(name);
    await memory.change((state) => {
      const { [image]: _gone, ...brought } = state.images.brought;
      return { ...state, images: { ...state.images, brought } };
    });
    if (name !== null) log.info({ image }, 'removed an image that no revision of this device needs');
    return name !== null;
  } catch (error) {
    // A container of somebody's uses it; the next time it may not.
    log.debug({ image, reason: asAppError(error).message }, 'an image stays');
    return false;
  }
}

/** Null: what somebody pulled anew, or built, under that name is theirs. */
async function nameThatLeadsTo(id: string, image: string, shelf: ImageShelf): Promise<string | null> {
  for (const name of [keptNameOf(image), image]) if (name !== null && (await shelf.find(name))?.id === id) return name;
  return null;
}

/** Left by an agent that was killed between the pull and the naming: what was needed has its own name by now. */
async function tidyProxyNames({ shelf, prefix }: ImageUpkeepOptions): Promise<void> {
  for (const { names, digests } of await shelf.all())
    for (const name of [...names, ...digests]) if (isProxyName(name, prefix)) await shelf.takeName(name);
}

/** The images of the proven revision, and of the one proven before it. True when it is another than the last time. */
async function noteProven(memory: AgentMemory): Promise<boolean> {
  const { course, images } = memory.current;
  const proven = course.proven === null ? [] : imagesOf(course.proven);
  if (proven.length === images.proven.length && proven.every((image) => images.proven.includes(image))) return false;
  await memory.change((state) => ({ ...state, images: { ...state.images, proven, before: images.proven } }));
  return true;
}

function neededImages({ current }: AgentMemory): ReadonlySet<string> {
  const { desired, lastGood, course, images } = current;
  const revisions = [desired, lastGood, course.proven, course.left, course.trial?.revision ?? null];
  const named = revisions.flatMap((revision) => (revision === null ? [] : imagesOf(revision)));
  return new Set([...named, ...images.proven, ...images.before]);
}

/** As the agent names them, tags included. */
function imagesOf({ value }: Revision): readonly string[] {
  const modules = Object.values(childOf(value, 'modules'));
  const named = modules.map((module) =>
    textAt(childOf(isJsonObject(module) ? module : undefined, 'settings'), 'image')?.trim(),
  );
  return [...new Set(named.filter((image) => image !== undefined).map(withTag))].toSorted();
}
