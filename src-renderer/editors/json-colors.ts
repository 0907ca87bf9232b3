// The parts of a JSON text by class, in what is seen of it; the colours are the style sheet's, one set for each look.
import { syntaxTree } from '@codemirror/language';
import { type Extension, type Range, RangeSet } from '@codemirror/state';
import { Decoration, type DecorationSet, type EditorView, ViewPlugin, type ViewUpdate } from '@codemirror/view';

const marks: Readonly<Record<string, Decoration>> = {
  PropertyName: Decoration.mark({ class: 'json-name' }),
  String: Decoration.mark({ class: 'json-text' }),
  Number: Decoration.mark({ class: 'json-number' }),
  True: Decoration.mark({ class: 'json-word' }),
  False: Decoration.mark({ class: 'json-word' }),
  Null: Decoration.mark({ class: 'json-word' }),
};

export function jsonColors(): Extension {
  return ViewPlugin.define((view) => new Colors(view), { decorations: ({ seen }) => seen });
}

class Colors {
  seen: DecorationSet;

  constructor(view: EditorView) {
    this.seen = colorsOf(view);
  }

  update({ view, docChanged, viewportChanged, startState, state }: ViewUpdate): void {
    if (docChanged || viewportChanged || syntaxTree(startState) !== syntaxTree(state)) this.seen = colorsOf(view);
  }
}

function colorsOf(view: EditorView): DecorationSet {
  const found: Range<Decoration>[] = [];
  for (const { from, to } of view.visibleRanges) {
    syntaxTree(view.state).iterate({
      from,
      to,
      enter(node) {
        const mark = marks[node.name];
        if (mark !== undefined) found.push(mark.range(node.from, node.to));
      },
    });
  }
  return RangeSet.of(found, true);
}
