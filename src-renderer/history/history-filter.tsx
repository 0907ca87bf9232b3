// What of the history is asked for: when, what, who, and about which device or deployment. A field that is typed in is asked when the
// typing rests.
import { NativeSelect, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { Act } from '../pieces/act.tsx';
import { fieldTime, type HistoryAddress, type RangeName, ranges, timeOfField } from '../link/history-query.ts';
import {
  actors,
  actorWords,
  journalKinds,
  kindFamilies,
  type KindFamily,
  kindsOfFamily,
  kindWords,
} from '../words/journal-kinds.ts';
import { useProjection } from '../link/projection-store.ts';
import { useShortcuts } from '../keys/shortcuts.ts';

const restMs = 350;
const mostOffered = 200;

interface FilterProps {
  /** Of the course of one device: the rest would be asked for in vain. */
  readonly isCourse: boolean;
  readonly address: HistoryAddress;
  readonly onChange: (change: Partial<HistoryAddress>) => void;
}

export function HistoryFilter({ address, isCourse, onChange }: FilterProps) {
  const words = useRef<HTMLInputElement>(null);
  useShortcuts([{ keys: '/', word: 'Search the history', run: () => words.current?.focus() }]);
  const devices = useProjection((state) => state.devices);
  const deployments = useProjection((state) => state.deployments);
  const isPlain =
    address.range === 'all' &&
    address.kinds.length + address.actors.length === 0 &&
    address.device + address.deployment + address.words === '';
  return (
    <search className="history-filter" aria-label="What is asked for">
      <NativeSelect
        label="When"
        value={address.range}
        data={Object.entries(ranges).map(([value, { word }]) => ({ value, label: word }))}
        onChange={(event) => onChange(withRange(address, event.currentTarget.value as RangeName))}
      />
      {address.range === 'own' && <OwnRange address={address} isCourse={isCourse} onChange={onChange} />}
      {!isCourse && <What address={address} onChange={onChange} />}
      <RestingField
        label="Device"
        value={address.device}
        offered={[...devices.keys()].slice(0, mostOffered)}
        onRest={(device) => onChange({ device })}
      />
      {!isCourse && (
        <>
          <RestingField
            label="Deployment"
            value={address.deployment}
            offered={[...deployments.keys()].slice(0, mostOffered)}
            onRest={(deployment) => onChange({ deployment })}
          />
          <RestingField
            label="Words"
            description="in ids, kinds and details"
            value={address.words}
            field={words}
            onRest={(typed) => onChange({ words: typed })}
          />
        </>
      )}
      {!isPlain && (
        <Act
          variant="subtle"
          leftSection={<IconX size={17} aria-hidden />}
          onClick={() =>
            onChange({
              range: 'all',
              kinds: [],
              actors: [],
              device: '',
              deployment: '',
              words: '',
              fromMs: null,
              toMs: null,
            })
          }
        >
          Ask for all
        </Act>
      )}
    </search>
  );
}

function What({ address, onChange }: Omit<FilterProps, 'isCourse'>) {
  return (
    <>
      <KindSelect kinds={address.kinds} onChange={(kinds) => onChange({ kinds })} />
      <NativeSelect
        label="Who"
        value={address.actors.length === 1 ? address.actors[0] : ''}
        data={[
          { value: '', label: 'anybody' },
          ...actors.map((actor) => ({ value: actor, label: actorWords[actor].toLowerCase() })),
        ]}
        onChange={({ currentTarget: { value } }) => onChange({ actors: actors.filter((actor) => actor === value) })}
      />
    </>
  );
}

/** A range of one's own begins as the one before it. */
function withRange(address: HistoryAddress, range: RangeName): Partial<HistoryAddress> {
  if (range !== 'own') return { range };
  return { range, fromMs: address.fromMs ?? Date.now() - (ranges[address.range].ms ?? 86_400_000), toMs: address.toMs };
}

function OwnRange({ address, onChange }: FilterProps) {
  return (
    <>
      <TextInput
        type="datetime-local"
        label="From"
        value={fieldTime(address.fromMs)}
        onChange={(event) => onChange({ fromMs: timeOfField(event.currentTarget.value) })}
      />
      <TextInput
        type="datetime-local"
        label="To"
        value={fieldTime(address.toMs)}
        onChange={(event) => onChange({ toMs: timeOfField(event.currentTarget.value) })}
      />
    </>
  );
}

const families = Object.keys(kindFamilies) as readonly KindFamily[];

function KindSelect(props: {
  readonly kinds: readonly string[];
  readonly onChange: (kinds: readonly string[]) => void;
}) {
  const joined = props.kinds.join(',');
  const family = families.find((one) => kindsOfFamily(one).join(',') === joined);
  const kind = journalKinds.find((one) => one === joined);
  const value = joined === '' ? '' : family === undefined ? (kind ?? 'several') : `family ${family}`;
  return (
    <NativeSelect
      label="What"
      value={value}
      onChange={(event) => {
        const chosen = event.currentTarget.value;
        const ofFamily = families.find((one) => `family ${one}` === chosen);
        if (ofFamily !== undefined) props.onChange(kindsOfFamily(ofFamily));
        else if (chosen !== 'several') props.onChange(chosen === '' ? [] : [chosen]);
      }}
    >
      <option value="">everything</option>
      {value === 'several' && <option value="several">{props.kinds.length} kinds of the address</option>}
      {families.map((one) => (
        <optgroup key={one} label={kindFamilies[one]}>
          <option value={`family ${one}`}>All of {kindFamilies[one].toLowerCase()}</option>
          {kindsOfFamily(one).map((name) => (
            <option key={name} value={name}>
              {kindWords[name].word}
            </option>
          ))}
        </optgroup>
      ))}
    </NativeSelect>
  );
}

export function RestingField(props: {
  readonly label: string;
  readonly description?: string;
  readonly value: string;
  readonly offered?: readonly string[];
  readonly field?: React.RefObject<HTMLInputElement | null>;
  readonly onRest: (value: string) => void;
}) {
  const { label, description = 'any', value, offered = [], field, onRest } = props;
  const [typed, setTyped] = useState(value);
  const [told, setTold] = useState(value);
  // Another address came: what was typed is of the one before.
  if (told !== value) {
    setTold(value);
    setTyped(value);
  }
  const rest = useRef(onRest);
  useEffect(() => {
    rest.current = onRest;
  });
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => rest.current(typed.trim()), restMs);
    return () => clearTimeout(timer);
  }, [typed, value]);
  const listId = `history-${label.toLowerCase()}`;
  return (
    <>
      <TextInput
        ref={field}
        label={label}
        placeholder={description}
        value={typed}
        maxLength={128}
        list={offered.length > 0 ? listId : undefined}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      {offered.length > 0 && (
        <datalist id={listId}>
          {offered.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
    </>
  );
}
