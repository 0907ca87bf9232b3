// What is missing, told once for all images of which the same is true: the hub gives each a sentence that begins with its name.
import type { ImageReadiness } from '#domain/images/ready-to-leave.ts';
import { safeText } from '#renderer/words/safe-text.ts';

export interface LackGroup {
  /** `Each of these 7 images is not here: fetch it while you are online.`; of one alone, its own sentence. */
  readonly sentence: string;
  /** Those it speaks of; none: it names its image itself. */
  readonly images: readonly string[];
}

type Lacks = ImageReadiness['missing'];

/** The largest group first. One image may lack for two platforms, which are two sentences. */
export function lackGroups(missing: Lacks): readonly LackGroup[] {
  const byReason = new Map<string, Lacks[number][]>();
  for (const lack of missing) {
    const reason = reasonOf(lack);
    byReason.set(reason, [...(byReason.get(reason) ?? []), lack]);
  }
  return [...byReason]
    .toSorted(([, some], [, others]) => others.length - some.length)
    .map(([reason, lacks]) => groupOf(reason, lacks));
}

function reasonOf({ image, explanation }: Lacks[number]): string {
  const name = `'${image}' `;
  return explanation.startsWith(name) ? explanation.slice(name.length) : explanation;
}

function groupOf(reason: string, lacks: readonly Lacks[number][]): LackGroup {
  const images = [...new Set(lacks.map(({ image }) => safeText(image)))];
  const [only] = lacks;
  if (images.length === 1 && only !== undefined) return { sentence: safeText(only.explanation), images: [] };
  return { sentence: `Each of these ${images.length} images ${safeText(reason)}`, images };
}
