// Layers as they lie on each other, highest on top: how long a bar is, is how many values it gives; hatched is what is hidden of it.
// Each is a button that leaves only its values in the table.
import { safeText } from '#renderer/words/safe-text.ts';
import { type Layer, nobody } from './effective-layers.ts';

const roleWords: Readonly<Record<Layer['role'], string>> = {
  base: 'base',
  layer: 'layer',
  configuration: 'automatic configuration',
  nobody: 'no deployment',
};

export function LayerStack(props: {
  readonly layers: readonly Layer[];
  /** Null: all. */
  readonly chosen: string | null;
  readonly onChoose: (id: string | null) => void;
}) {
  const { layers, chosen, onChoose } = props;
  const most = Math.max(1, ...layers.map(({ gives, hidden }) => gives + hidden));
  return (
    <ol className="layers" aria-label="Layers, the highest first">
      {layers.map(({ id, role, gives, hidden }) => (
        <li key={id}>
          <button
            type="button"
            className="layer"
            aria-pressed={chosen === id}
            onClick={() => onChoose(chosen === id ? null : id)}
          >
            <span className="layer-name">
              <strong>{id === nobody ? 'Added by hand' : safeText(id)}</strong>{' '}
              <span className="dimmed">{roleWords[role]}</span>
            </span>
            <span className="layer-bar" aria-hidden>
              {gives > 0 && <span className={`layer-gives of-${role}`} style={{ width: `${(gives / most) * 100}%` }} />}
              {hidden > 0 && <span className="layer-hidden" style={{ width: `${(hidden / most) * 100}%` }} />}
            </span>
            <span className="layer-count">
              {gives} {gives === 1 ? 'value' : 'values'}
              {hidden > 0 && `, ${hidden} hidden`}
            </span>
          </button>
        </li>
      ))}
    </ol>
  );
}
