// How this app looks in this browser: the look, and how large its text is.
import { Radio, Select } from '@mantine/core';
import { chooseLook, type LookChoice, lookWords, setTextSize, textSizes, useLook } from '#renderer/look/look.ts';

const choices: readonly LookChoice[] = ['system', 'light', 'dark', 'sunlight'];
const meanings: Readonly<Record<LookChoice, string>> = {
  system: 'Light or dark, as this machine has it.',
  light: 'For indoors.',
  dark: 'For a dark cabinet or the night.',
  sunlight: 'Black on white, thick lines, larger buttons: for outdoors and gloves.',
};

export function SettingsLook() {
  const { choice, textSize } = useLook();
  return (
    <div className="surface settings-card">
      <Radio.Group label="Look" value={choice} onChange={(value) => chooseLook(value)}>
        <div className="look-choices">
          {choices.map((look) => (
            <Radio key={look} value={look} label={lookWords[look]} description={meanings[look]} size="md" />
          ))}
        </div>
      </Radio.Group>
      <Select
        label="Size of text"
        description="Ctrl with + and − does the same."
        size="md"
        maw={220}
        mt={18}
        allowDeselect={false}
        value={String(textSize)}
        data={textSizes.map((size) => ({ value: String(size), label: `${size} %` }))}
        onChange={(value) => setTextSize(value === null ? null : Number(value))}
      />
      <p className="dimmed">
        Both are kept on this computer alone. Lanyard speaks English; dates are written as this computer has them.
      </p>
    </div>
  );
}
