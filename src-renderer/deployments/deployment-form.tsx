// The form of a deployment's document: each field writes to its own place, and what has no field stays as it is.
import { NumberInput, TextInput } from '@mantine/core';
import type { JsonObject } from '#base/json.ts';
import { ConditionField } from '#renderer/editors/condition-field.tsx';
import { objectIn, valueIn, withValueIn } from '#renderer/editors/json-edit.ts';
import {
  isBase,
  kindOf,
  modulesOf,
  type NamedText,
  routesOf,
  valuesOf,
  withNewModule,
  withNewRoute,
  withNewValue,
} from '#renderer/editors/manifest-form.ts';
import { PairRows } from '#renderer/editors/pair-rows.tsx';
import { ValueRow } from '#renderer/editors/value-row.tsx';
import { Act } from '#renderer/pieces/act.tsx';
import { ModuleFields } from './module-fields.tsx';
import { RouteRow } from './route-row.tsx';

export function DeploymentForm(props: {
  readonly document: JsonObject;
  /** Nothing can be changed: what stands there is no longer the text. */
  readonly isWaiting: boolean;
  readonly onChange: (document: JsonObject) => void;
}) {
  const { document, isWaiting, onChange } = props;
  const kind = kindOf(document);
  const priority = valueIn(document, ['priority']);
  const set = (key: string, value: string | number) => onChange(withValueIn(document, [key], value));
  return (
    <fieldset className="plain-fieldset" disabled={isWaiting}>
      <legend className="unseen">Deployment</legend>
      <div className="head-fields">
        <TextInput
          size="md"
          label="Id"
          description="Small letters, digits, and -+%_*!'."
          value={textIn(document, 'id')}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => set('id', event.currentTarget.value)}
        />
        <NumberInput
          hideControls
          size="md"
          label="Priority"
          description="Higher goes first."
          min={0}
          allowDecimal={false}
          value={typeof priority === 'number' ? priority : ''}
          onChange={(value) => set('priority', value)}
        />
      </div>
      <ConditionField
        kind={kind}
        value={textIn(document, 'targetCondition')}
        isReadOnly={isWaiting}
        onChange={(value) => set('targetCondition', value)}
      />
      {kind === 'edge' && <ModulesPart document={document} onChange={onChange} />}
      <ValuesPart document={document} onChange={onChange} />
      <details className="form-part">
        <summary>Labels and custom metrics</summary>
        <span className="field-label">Labels</span>
        <PairRows
          noun="label"
          rows={textsIn(document, ['labels'])}
          onChange={(rows) => onChange(withValueIn(document, ['labels'], objectOf(rows)))}
        />
        <span className="field-label">Custom metrics</span>
        <PairRows
          noun="metric"
          valueWord="Query"
          rows={textsIn(document, ['metrics', 'queries'])}
          onChange={(rows) => onChange(withValueIn(document, ['metrics', 'queries'], objectOf(rows)))}
        />
      </details>
    </fieldset>
  );
}

interface PartProps {
  readonly document: JsonObject;
  readonly onChange: (document: JsonObject) => void;
}

function ModulesPart({ document, onChange }: PartProps) {
  const modules = modulesOf(document);
  const routes = routesOf(document);
  return (
    <>
      <h2 className="form-head">Modules</h2>
      {modules.length === 0 && <p className="dimmed">It brings no whole module.</p>}
      {modules.map((module) => (
        <ModuleFields
          key={module.keys.join(' ')}
          document={document}
          module={module}
          names={modules.map(({ name }) => name)}
          onChange={onChange}
        />
      ))}
      <Act variant="default" onClick={() => onChange(withNewModule(document))}>
        Add a module
      </Act>
      <h2 className="form-head">Routes</h2>
      {routes.map((route) => (
        <RouteRow key={route.keys.join(' ')} document={document} route={route} onChange={onChange} />
      ))}
      <Act variant="default" onClick={() => onChange(withNewRoute(document))}>
        Add a route
      </Act>
    </>
  );
}

function ValuesPart({ document, onChange }: PartProps) {
  const kind = kindOf(document);
  const values = valuesOf(document);
  return (
    <>
      <h2 className="form-head">{kind === 'edge' ? 'Single values' : 'Desired properties'}</h2>
      {values.length === 0 && (
        <p className="dimmed">
          {isBase(document) ? 'It writes nothing beside its modules and routes.' : 'It writes no single value.'}
        </p>
      )}
      {values.map((value) => (
        <ValueRow key={value.keys.join(' ')} document={document} value={value} onChange={onChange} />
      ))}
      <Act variant="default" onClick={() => onChange(withNewValue(document, '$edgeAgent'))}>
        Add a value
      </Act>
    </>
  );
}

function textIn(document: JsonObject, key: string): string {
  const value = valueIn(document, [key]);
  return typeof value === 'string' ? value : '';
}

function textsIn(document: JsonObject, keys: readonly string[]): readonly NamedText[] {
  return Object.entries(objectIn(document, keys)).map(([name, value]) => {
    return { name, value: typeof value === 'string' ? value : JSON.stringify(value) };
  });
}

function objectOf(rows: readonly NamedText[]): JsonObject {
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}
