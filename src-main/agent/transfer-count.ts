// How many bytes an attempt fetched, and of how many: each layer once, however many images share it and however often its pull was
// begun again. INVARIANT: `doneBytes` never falls while an attempt is on.
import type { LayerProgress, PullProgress, Transferred } from './engine.ts';

/** A report has 32 KB for everything, and an engine fetches few at a time. */
const mostLayersTold = 16;
const longestLayer = 64;

type Layer = Omit<LayerProgress, 'layer' | 'unpacked'>;
type ToldLayer = Transferred['layers'][number];

export interface TransferCount {
  readonly sum: Transferred;
  sumOf(image: string): PullProgress;
  heard(image: string, progress: LayerProgress): void;
  /** All of the image is there: what was not told to its last byte came all the same. */
  cameWhole(image: string): void;
  /** With what came before anybody counted here. */
  startAnew(before: number): void;
}

export function createTransferCount(): TransferCount {
  const layers = new Map<string, Layer>();
  const layersOf = new Map<string, Set<string>>();
  const unpacking = new Map<string, number>();
  let cameBefore = 0;

  return {
    get sum() {
      return {
        ...added(layers.values(), cameBefore),
        unpacked: sumOfMarks(unpacking),
        layers: underWay(layersOf, layers),
      };
    },
    sumOf: (image) =>
      added(
        [...(layersOf.get(image) ?? [])].flatMap((layer) => layers.get(layer) ?? []),
        0,
      ),
    heard(image, { layer, doneBytes, totalBytes, unpacked }) {
      if (unpacked !== undefined) unpacking.set(layer, Math.max(unpacking.get(layer) ?? 0, unpacked));
      if (unpacked !== undefined && totalBytes === null) return;
      const ofImage = layersOf.get(image) ?? new Set();
      layersOf.set(image, ofImage.add(layer));
      const known = layers.get(layer) ?? { doneBytes: 0, totalBytes: null };
      layers.set(layer, {
        doneBytes: Math.max(known.doneBytes, doneBytes),
        totalBytes: known.totalBytes === null ? totalBytes : Math.max(known.totalBytes, totalBytes ?? 0),
      });
    },
    cameWhole(image) {
      for (const layer of layersOf.get(image) ?? []) {
        const known = layers.get(layer);
        const bytes = Math.max(known?.doneBytes ?? 0, known?.totalBytes ?? 0);
        layers.set(layer, { doneBytes: bytes, totalBytes: bytes });
      }
    },
    startAnew(before) {
      layers.clear();
      layersOf.clear();
      unpacking.clear();
      cameBefore = before;
    },
  };
}

/** What has begun goes before what waits; in the order in which the engine told of them. */
function underWay(
  layersOf: ReadonlyMap<string, ReadonlySet<string>>,
  layers: ReadonlyMap<string, Layer>,
): readonly ToldLayer[] {
  const imageOf = new Map(
    [...layersOf].toReversed().flatMap(([image, ids]) => [...ids].map((layer) => [layer, image])),
  );
  const open = [...layers]
    .map(([layer, progress]) => ({ layer: layer.slice(0, longestLayer), image: imageOf.get(layer) ?? '', ...progress }))
    .filter(({ doneBytes, totalBytes }) => totalBytes === null || doneBytes < totalBytes);
  const [begun, waiting] = [
    open.filter(({ doneBytes }) => doneBytes > 0),
    open.filter(({ doneBytes }) => doneBytes === 0),
  ];
  return [...begun, ...waiting].slice(0, mostLayersTold);
}

function sumOfMarks(unpacking: ReadonlyMap<string, number>): number {
  return [...unpacking.values()].reduce((sum, mark) => sum + mark, 0);
}

/** The total is known when that of every layer is: a part of it would look like the whole. */
function added(layers: Iterable<Layer>, cameBefore: number): PullProgress {
  let doneBytes = cameBefore;
  let totalBytes = cameBefore;
  let isKnown = true;
  for (const layer of layers) {
    doneBytes += layer.doneBytes;
    totalBytes += layer.totalBytes ?? 0;
    isKnown &&= layer.totalBytes !== null;
  }
  return { doneBytes, totalBytes: isKnown ? totalBytes : 0 };
}
