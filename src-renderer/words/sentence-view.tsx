// The sentence of a journal row, with links to what it names.
import { Link } from 'wouter';
import { type LinkTarget, partText, type ToldEntry } from './journal-sentence.ts';
import { journalWords } from './journal-words.ts';
import { deploymentPath, devicePath, rolloutPath } from './paths.ts';

export function SentenceView({ entry }: { readonly entry: ToldEntry }) {
  return (
    <span className="sentence">
      {journalWords(entry).map((part, index) =>
        // The parts of a sentence never change their places.
        typeof part === 'string' ? (
          <span key={`${index} text`}>{part}</span>
        ) : (
          <Link key={`${index} ${part.id}`} href={pathOf(part)} className="plain-link">
            {partText(part)}
          </Link>
        ),
      )}
    </span>
  );
}

function pathOf({ to, id }: LinkTarget): string {
  switch (to) {
    case 'device':
      return devicePath(id);
    case 'deployment':
      return deploymentPath(id);
    case 'rollout':
      return rolloutPath(id);
  }
}
