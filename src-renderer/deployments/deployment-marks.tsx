// How a deployment is drawn small: its type by shape and word, and how its devices stand as a bar that tells it in words too.
import { IconBox, IconCpu, IconSquare, IconStackPop } from '@tabler/icons-react';
import type { DeploymentRow } from '#contract/console-rows.ts';
import { sharesOf, sharesText, typeMeanings, typeWords } from '#renderer/words/deployment-words.ts';

const shapes = { base: IconSquare, layer: IconStackPop, device: IconCpu, module: IconBox } as const;

export function TypeMark({ type }: { readonly type: DeploymentRow['type'] }) {
  const Shape = shapes[type];
  return (
    <span className={`type-mark of-${type}`} title={typeMeanings[type]}>
      <Shape size={16} aria-hidden />
      {typeWords[type]}
    </span>
  );
}

export function DeploymentBar({ row }: { readonly row: DeploymentRow }) {
  return (
    <div className="deployment-bar" role="img" aria-label={sharesText(row)}>
      {sharesOf(row).map(([share, count]) => (
        <span key={share} className={`share-${share}`} style={{ flexGrow: count }} />
      ))}
    </div>
  );
}
