// A draft that was handed over and is not there any more, or not whole: what was not kept and where to write it again, for without a
// word the fields of another choice would stand in its place.
import { Link } from 'wouter';
import { secretText } from '#domain/values/secret-values.ts';
import { useDeploymentDraft } from '#renderer/link/deployment-draft-store.ts';
import { newDeploymentPath } from '#renderer/words/paths.ts';

export function LostDraft() {
  const text = useDeploymentDraft((state) => state.text);
  const lost = lostDraft(text);
  return (
    <p className="warning" role="status" data-lost-draft>
      {lost.what}{' '}
      <Link href={newDeploymentPath} className="plain-link">
        {lost.way}
      </Link>
    </p>
  );
}

/** Told by what is left of its text; null: nothing is. */
export function lostDraft(text: string | null): { readonly what: string; readonly way: string } {
  if (text === null)
    return {
      what: 'The deployment that you wrote is not on this computer any more: write it again, or choose one that is there.',
      way: 'Write a deployment',
    };
  if (text.includes(JSON.stringify(secretText)))
    return {
      what: 'The passwords in the deployment that you wrote were not kept when this page was loaded anew, so that it is not taken over: write them again in its draft and hand it on from there.',
      way: 'Open the draft',
    };
  return {
    what: 'The deployment that you wrote was changed after it was handed over: look at its draft and hand it on again.',
    way: 'Open the draft',
  };
}
