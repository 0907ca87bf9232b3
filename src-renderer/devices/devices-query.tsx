// The two ways to find devices: words, answered by the page as one types; and a condition on twins, answered by the hub.
import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { ConditionInput, conditionProblem } from '#renderer/editors/condition-input.tsx';
import { askCondition, stopAsking, useConditionAnswer } from '#renderer/editors/condition-matches.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useProjection } from '#renderer/link/projection-store.ts';
import { tagPathsOf } from '#renderer/link/shown-devices.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { Since } from '#renderer/pieces/since.tsx';
import { type DeviceFilter, filterPath } from '#renderer/words/device-filter.ts';

const askAfterMs = 350;
const mostTagPaths = 200;

export function DevicesQuery({ filter }: { readonly filter: DeviceFilter }) {
  const [, navigate] = useLocation();
  return (
    <div className="devices-query">
      <TextInput
        id="find-devices"
        type="search"
        aria-label="Find devices by id or tag"
        placeholder="Find by id or tag"
        leftSection={<IconSearch size={16} aria-hidden />}
        value={filter.words}
        maxLength={128}
        className="devices-words"
        onChange={(event) => navigate(filterPath({ ...filter, words: event.currentTarget.value }), { replace: true })}
      />
      <ConditionField filter={filter} />
      {filter.query !== '' && <AnswerLine query={filter.query} />}
    </div>
  );
}

/** Typed freely; what is whole goes into the address after a moment, or at once by Enter. */
function ConditionField({ filter }: { readonly filter: DeviceFilter }) {
  const [, navigate] = useLocation();
  const [typed, setTyped] = useState(filter.query);
  const [known, setKnown] = useState(filter.query);
  // The address may have changed by other means: a link, a saved view, Back.
  if (known !== filter.query) {
    setKnown(filter.query);
    if (filter.query !== typed.trim()) setTyped(filter.query);
  }
  const latest = useRef(filter);
  useEffect(() => {
    latest.current = filter;
  }, [filter]);

  function ask(text: string): void {
    const query = text.trim();
    if (query !== latest.current.query && conditionProblem(query) === null)
      navigate(filterPath({ ...latest.current, query }), { replace: true });
  }

  const askLatest = useRef(ask);
  useEffect(() => {
    askLatest.current = ask;
  });
  useEffect(() => {
    const timer = setTimeout(() => askLatest.current(typed), askAfterMs);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <ConditionInput
      label="Condition on tags and reported properties"
      placeholder="tags.site = 'north' AND properties.reported.x > 3"
      value={typed}
      onValue={setTyped}
      onDone={() => ask(typed)}
      tagPaths={() => tagPathsOf(useProjection.getState().devices.values(), mostTagPaths)}
    />
  );
}

function AnswerLine({ query }: { readonly query: string }) {
  const client = useHub((state) => state.client);
  const answer = useConditionAnswer((state) => state.answer);
  if (client === null || answer?.condition !== query) return null;
  const again = (
    <Act variant="subtle" onClick={() => void askCondition(client, query)}>
      Ask again
    </Act>
  );
  if (answer.state === 'failed')
    return (
      <ProblemView text={answer.problem ?? ''} where="The condition" next="Correct it, or ask again.">
        {again}
      </ProblemView>
    );
  const found = answer.deviceIds.size.toLocaleString('en');
  if (answer.state === 'asking')
    return (
      <p className="devices-answer" role="status">
        The hub is looking: {found} found so far.
        <Act variant="subtle" onClick={stopAsking}>
          Cancel
        </Act>
      </p>
    );
  return (
    <p className="devices-answer" role="status">
      {answer.state === 'stopped'
        ? `Stopped with ${found} found: there may be more.`
        : `The condition means ${found}, asked `}
      {answer.state === 'whole' && <Since atMs={answer.askedAtMs} />}
      {again}
    </p>
  );
}
