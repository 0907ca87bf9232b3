// A document under construction in which every value knows who wrote it. Values and origins come out of one tree, so they
// cannot disagree. INVARIANTS: the tree is private to one fold; writes come in fold order, lowest first; children live in
// maps, so that a key such as `__proto__` is only a key.
import type { DeploymentId } from '#base/ids.ts';
import { emptyObject, isJsonObject, type Json } from '#base/json.ts';
import type { ValueOrigin } from './effective-configuration.ts';

interface Write {
  readonly by: DeploymentId;
  /** Whose values this write replaced, directly or through one it replaced. */
  readonly hidden: ReadonlySet<DeploymentId>;
}

interface Node {
  /** Who made the node: wrote it, or wrote below it when nothing was there. */
  readonly madeBy: DeploymentId;
  /** Set where a write ended. */
  readonly write: Write | null;
  /** Below it, or its own value: a scalar, an array, or `undefined` for a value taken away. */
  readonly content: Map<string, Node> | Exclude<Json, null> | undefined;
}

export type ProvenanceTree = Node | undefined;

/** The tree with `value` written at `path`: the whole value there is replaced, null takes it away (layering.md rules 4 and 5). */
export function writeValue(
  tree: ProvenanceTree,
  path: readonly string[],
  value: Json,
  by: DeploymentId,
): ProvenanceTree {
  if (value === null && !holds(tree, path)) return tree;
  return writeBelow(tree, path, value, { by, hidden: new Set() });
}

interface WriteUnderway extends Write {
  readonly hidden: Set<DeploymentId>;
}

function writeBelow(node: ProvenanceTree, path: readonly string[], value: Json, write: WriteUnderway): Node {
  const [segment, ...rest] = path;
  if (segment === undefined) {
    collectWriters(node, write.hidden);
    return { ...(value === null ? { madeBy: write.by, content: undefined } : build(value, write.by)), write };
  }
  if (node?.content instanceof Map) {
    node.content.set(segment, writeBelow(node.content.get(segment), rest, value, write));
    return node;
  }
  // A scalar (or a value taken away) gives way to the object that holds what is written below it.
  collectWriters(node, write.hidden);
  const content = new Map([[segment, writeBelow(undefined, rest, value, write)]]);
  return { madeBy: write.by, write: null, content };
}

function build(value: Exclude<Json, null>, by: DeploymentId): Omit<Node, 'write'> {
  if (!isJsonObject(value)) return { madeBy: by, content: value };
  const content = new Map<string, Node>();
  for (const key of Object.keys(value)) {
    const item = value[key] as Json;
    if (item !== null) content.set(key, { ...build(item, by), write: null });
  }
  return { madeBy: by, content };
}

function holds(node: ProvenanceTree, path: readonly string[]): boolean {
  let found = node;
  for (const segment of path) found = found?.content instanceof Map ? found.content.get(segment) : undefined;
  return found?.content !== undefined;
}

function collectWriters(node: ProvenanceTree, into: Set<DeploymentId>): void {
  if (node === undefined) return;
  into.add(node.madeBy);
  for (const id of node.write?.hidden ?? []) into.add(id);
  if (node.content instanceof Map) for (const child of node.content.values()) collectWriters(child, into);
}

/** The document as it stands. `undefined` when there is no value. */
export function valueOf(tree: ProvenanceTree): Json | undefined {
  if (!(tree?.content instanceof Map)) return tree?.content;
  const value = emptyObject();
  for (const [key, child] of tree.content) {
    const item = valueOf(child);
    if (item !== undefined) value[key] = item;
  }
  return value;
}

/** Where each written value came from; a path without a value was taken away. `order` is the fold order, lowest first. */
export function originsOf(tree: ProvenanceTree, order: readonly DeploymentId[]): readonly ValueOrigin[] {
  const origins: ValueOrigin[] = [];
  const visit = (node: Node, path: readonly string[]): void => {
    if (node.write !== null) {
      const { by, hidden } = node.write;
      origins.push({ path, writtenBy: by, hidden: order.filter((id) => id !== by && hidden.has(id)) });
    }
    if (node.content instanceof Map) for (const [key, child] of node.content) visit(child, [...path, key]);
  };
  if (tree !== undefined) visit(tree, []);
  return origins;
}
