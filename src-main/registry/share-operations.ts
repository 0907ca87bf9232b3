// What the site shares out between pulls, as a person sees and sets it. The setting lies in the store; the gate follows it.
import { refused } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import { jsonEquals } from '#base/merge-patch.ts';
import {
  imageShareChange,
  imageShareTerms,
  usualShareTerms,
  type ConsoleImageShares,
  type ImageShareTerms,
} from '#contract/image-shares.ts';
import type { Store } from '#store/store-types.ts';
import type { ShareGate } from './share-gate.ts';

const settingName = 'image-shares';

/** What is not set, or was set by a newer hub and means nothing here, is as usual. */
export function shareTermsIn({ settings }: Pick<Store['read'], 'settings'>): ImageShareTerms {
  const kept = imageShareTerms.safeParse({ ...usualShareTerms, ...Object(settings.get(settingName)) });
  return kept.success ? kept.data : usualShareTerms;
}

export function createShareOperations(parts: { readonly store: Store; readonly gate: ShareGate }): ConsoleImageShares {
  const { store, gate } = parts;
  return {
    imageShares: () => Promise.resolve(gate.view()),
    setImageShares(given) {
      const change = imageShareChange.safeParse(given);
      if (!change.success) {
        const wrong = change.error.issues.map(({ path, message }) => `${path.join('.') || 'the change'}: ${message}`);
        return Promise.reject(refused('request.invalid', `What pulls share stays as it is: ${wrong.join('; ')}.`));
      }
      const before = shareTermsIn(store.read);
      const next = { ...before, ...change.data } as ImageShareTerms;
      if (!jsonEquals(before, next))
        store.change((write) => {
          write.settings.set(settingName, next);
          write.journal.append({ kind: 'image-shares-changed', actor: 'console', detail: change.data as JsonObject });
        });
      gate.setTerms(next);
      return Promise.resolve(gate.view());
    },
  };
}
