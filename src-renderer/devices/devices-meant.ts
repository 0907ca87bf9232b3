// Asks the hub for the condition in the address, when it is another one and nothing is wrong with it.
import { useEffect } from 'react';
import { conditionProblem } from '#renderer/editors/condition-input.tsx';
import { askCondition, forgetCondition, useConditionAnswer } from '#renderer/editors/condition-matches.ts';
import { useHub } from '#renderer/link/hub-store.ts';

/** Whom it means, as far as is known; null: no condition. */
export function useMeant(query: string): ReadonlySet<string> | null {
  const client = useHub((state) => state.client);
  const answer = useConditionAnswer((state) => state.answer);
  const isAsked = query.trim() !== '' && conditionProblem(query) === null;
  useEffect(() => {
    if (!isAsked) forgetCondition();
    else if (client !== null && useConditionAnswer.getState().answer?.condition !== query)
      void askCondition(client, query);
  }, [client, isAsked, query]);
  if (!isAsked) return null;
  return answer?.condition === query ? answer.deviceIds : noneYet;
}

const noneYet: ReadonlySet<string> = new Set();
