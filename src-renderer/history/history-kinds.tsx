// Which kinds of row are asked for: all but the reports of devices as long as nobody says otherwise, and a switch that brings those.
import { NativeSelect, Switch } from '@mantine/core';
import { butReports } from '#renderer/link/history-query.ts';
import {
  journalKinds,
  kindFamilies,
  type KindFamily,
  kindsOfFamily,
  kindWords,
} from '#renderer/words/journal-kinds.ts';

const families = Object.keys(kindFamilies) as readonly KindFamily[];

interface KindsProps {
  readonly kinds: readonly string[];
  readonly onChange: (kinds: readonly string[]) => void;
}

export function KindSelect({ kinds, onChange }: KindsProps) {
  const joined = kinds.join(',');
  const family = families.find((one) => kindsOfFamily(one).join(',') === joined);
  const kind = journalKinds.find((one) => one === joined);
  const value = isOfAny(kinds) ? '' : family === undefined ? (kind ?? 'several') : `family ${family}`;
  return (
    <NativeSelect
      label="What"
      value={value}
      onChange={(event) => {
        const chosen = event.currentTarget.value;
        const ofFamily = families.find((one) => `family ${one}` === chosen);
        if (ofFamily !== undefined) onChange(kindsOfFamily(ofFamily));
        else if (chosen !== 'several') onChange([chosen === '' ? butReports : chosen]);
      }}
    >
      <option value="">any kind</option>
      {value === 'several' && <option value="several">{kinds.length} kinds of the address</option>}
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

/** Where kinds are named, it has nothing to say. */
export function ReportsSwitch({ kinds, onChange }: KindsProps) {
  if (!isOfAny(kinds)) return null;
  return (
    <Switch
      label="Reports of devices too"
      checked={kinds.length === 0}
      onChange={(event) => onChange(event.currentTarget.checked ? [] : [butReports])}
    />
  );
}

function isOfAny(kinds: readonly string[]): boolean {
  return kinds.length === 0 || kinds.includes(butReports);
}
