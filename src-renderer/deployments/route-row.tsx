// One route of the edge hub, with what is wrong with it, by the reader that routes for real.
import { ActionIcon, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { JsonObject } from '#base/json.ts';
import { parseRoute } from '#domain/routes/route.ts';
import { withValueIn } from '#renderer/editors/json-edit.ts';
import { type RouteForm, withoutPlace } from '#renderer/editors/manifest-form.ts';
import { safeText } from '#renderer/words/safe-text.ts';

export function RouteRow(props: {
  readonly document: JsonObject;
  readonly route: RouteForm;
  readonly onChange: (document: JsonObject) => void;
}) {
  const { document, route, onChange } = props;
  const name = safeText(route.name);
  const read = parseRoute(route.route);
  const place = route.keys.at(-1) === 'route' ? route.keys.slice(0, -1) : route.keys;
  return (
    <div className="route-row">
      <TextInput
        size="md"
        label={`Route ${name}`}
        classNames={{ input: 'mono' }}
        value={route.route}
        spellCheck={false}
        error={
          read.ok
            ? null
            : read.problems.map(({ at, message }) => `At character ${Number(at) + 1}: ${message}`).join(' ')
        }
        onChange={(event) => onChange(withValueIn(document, route.keys, event.currentTarget.value))}
      />
      <ActionIcon
        variant="subtle"
        color="gray"
        size={44}
        aria-label={`Remove route ${name}`}
        onClick={() => onChange(withoutPlace(document, place))}
      >
        <IconX size={18} />
      </ActionIcon>
    </div>
  );
}
