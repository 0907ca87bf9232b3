// What of the history is asked for: when, what, who, and about which device or deployment. A field that is typed in is asked when the
// typing rests.
import { NativeSelect } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useRef } from 'react';
import { useShortcuts } from '#renderer/keys/shortcuts.ts';
import {
  type HistoryAddress,
  historyAddress,
  type RangeName,
  ranges,
  usualHistory,
} from '#renderer/link/history-query.ts';
import { useProjection } from '#renderer/link/projection-store.ts';
import { useGroups } from '#renderer/link/use-groups.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { RestingField } from '#renderer/pieces/resting-field.tsx';
import { actors, actorWords } from '#renderer/words/journal-kinds.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { KindSelect } from './history-kinds.tsx';
import { withDevice } from './history-lines.tsx';
import { MomentField } from './moment-field.tsx';

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
  return (
    <search className="history-filter" aria-label="What is asked for">
      <NativeSelect
        label="When"
        value={isCourse && address.range === 'all' ? '24h' : address.range}
        data={Object.entries(ranges)
          .filter(([value]) => !isCourse || value !== 'all')
          .map(([value, { word }]) => ({ value, label: word }))}
        onChange={(event) => onChange(withRange(address, event.currentTarget.value as RangeName))}
      />
      {address.range === 'own' && <OwnRange address={address} isCourse={isCourse} onChange={onChange} />}
      {!isCourse && <What address={address} onChange={onChange} />}
      <RestingField
        label="Device"
        value={address.device}
        offered={[...devices.keys()].slice(0, mostOffered)}
        onRest={(device) => onChange(isCourse ? { device, also: device === '' ? [] : address.also } : { device })}
      />
      {isCourse && <CourseOf address={address} onChange={onChange} />}
      <RestingField
        label="Deployment"
        value={address.deployment}
        offered={[...deployments.keys()].slice(0, mostOffered)}
        onRest={(deployment) => onChange(isCourse ? { deployment, device: '', also: [], group: '' } : { deployment })}
      />
      {!isCourse && (
        <RestingField
          label="Words"
          description="anywhere in it"
          value={address.words}
          field={words}
          onRest={(typed) => onChange({ words: typed })}
        />
      )}
      {isCourse && <ClearFilter address={address} onChange={onChange} />}
    </search>
  );
}

/** Nothing where nothing is chosen. The moments that are compared are no part of the filter. */
export function ClearFilter({ address, onChange }: Omit<FilterProps, 'isCourse'>) {
  const { part, firstMs, secondMs } = address;
  const cleared: HistoryAddress = { ...usualHistory, part, firstMs, secondMs };
  if (historyAddress(address) === historyAddress(cleared)) return null;
  return (
    <Act variant="subtle" leftSection={<IconX size={17} aria-hidden />} onClick={() => onChange(cleared)}>
      Clear the filter
    </Act>
  );
}

/** Whom else the timeline draws: one device more, or a group instead. */
function CourseOf({ address, onChange }: Omit<FilterProps, 'isCourse'>) {
  const devices = useProjection((state) => state.devices);
  const groups = useGroups();
  if (address.device !== '')
    return (
      <RestingField
        key={address.also.length}
        label="And another"
        description="device beside it"
        value=""
        offered={[...devices.keys()].filter((id) => id !== address.device).slice(0, mostOffered)}
        onRest={(id) => onChange(withDevice(address, id))}
      />
    );
  return (
    <NativeSelect
      label="Group"
      value={address.group}
      data={[{ value: '', label: 'none' }, ...groups.map(({ id }) => ({ value: id, label: safeText(id) }))]}
      onChange={({ currentTarget: { value: group } }) => onChange({ group, deployment: '' })}
    />
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
      <MomentField label="From" atMs={address.fromMs} onChange={(fromMs) => onChange({ fromMs })} />
      <MomentField label="To" atMs={address.toMs} onChange={(toMs) => onChange({ toMs })} />
    </>
  );
}
