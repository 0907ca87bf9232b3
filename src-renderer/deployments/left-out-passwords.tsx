// A draft that was taken up again has no passwords: which are wanted, and the way to those of the deployment it was begun from.
import { useMemo } from 'react';
import type { JsonObject } from '#base/json.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useAction } from '#renderer/link/use-action.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { countOf } from '#renderer/words/deployment-words.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { textOfDocument } from './deployment-reading.ts';
import { documentAfter } from './document-after.ts';
import { hiddenPasswords, withPasswordsOf } from './hidden-passwords.ts';

export function LeftOutPasswords(props: {
  readonly document: JsonObject;
  /** The deployment that it was begun from; null: none. */
  readonly from: string | null;
  readonly onText: (text: string) => void;
}) {
  const { document, from, onText } = props;
  const client = useHub((state) => state.client);
  const action = useAction();
  const places = useMemo(() => hiddenPasswords(document), [document]);
  if (places.length === 0) return null;
  const take = () =>
    void action.run(async () => {
      if (client === null || from === null) return;
      const filled = withPasswordsOf(document, await documentAfter(client, from));
      onText(textOfDocument(filled));
      const left = hiddenPasswords(filled).length;
      if (left > 0) throw new Error(`${countOf(left, 'password')} of it ${from} does not have: write them again.`);
    });
  return (
    <section className="surface offer left-out" aria-label="Passwords">
      <p>
        <b>{countOf(places.length, 'password')} left out.</b> A draft is kept without them, for whoever uses this
        browser could read them. Write them again
        {from === null ? '.' : `, or take those of ${safeText(from)}.`}
      </p>
      {from !== null && (
        <Act variant="default" loading={action.isBusy} onClick={take}>
          Take the passwords of {safeText(from)}
        </Act>
      )}
      {action.problem !== null && <ProblemView text={action.problem} />}
    </section>
  );
}
