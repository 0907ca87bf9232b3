// What a deployment gives, in words and as JSON. It never changes: another content is another deployment.
import { SegmentedControl } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { JsonObject } from '#base/json.ts';
import { writtenPath } from '#domain/records/content-writes.ts';
import type { DeploymentKind } from '#domain/records/deployment.ts';
import { withoutSecrets } from '#domain/values/secret-values.ts';
import { CodeEditor } from '#renderer/editors/code-editor.tsx';
import { objectIn, withValueIn } from '#renderer/editors/json-edit.ts';
import { modulesOf, routesOf, valuesOf } from '#renderer/editors/manifest-form.ts';
import { safeText } from '#renderer/words/safe-text.ts';

export function DeploymentContent({ kind, content }: { readonly kind: DeploymentKind; readonly content: JsonObject }) {
  const [shown, setShown] = useState('words');
  const text = useMemo(() => JSON.stringify(shownContent(kind, content), null, 2), [kind, content]);
  return (
    <>
      <SegmentedControl
        size="md"
        mb={12}
        aria-label="How it is shown"
        value={shown}
        onChange={setShown}
        data={[
          { value: 'words', label: 'In words' },
          { value: 'json', label: 'As JSON' },
        ]}
      />
      {shown === 'json' ? (
        <CodeEditor language="json" label="Content" value={text} isReadOnly className="content-json" />
      ) : (
        <Words kind={kind} content={content} />
      )}
    </>
  );
}

/** What is secret stays in the hub, and goes along to a new version or an export. */
function shownContent(kind: DeploymentKind, content: JsonObject): JsonObject {
  const agent = objectIn(content, ['$edgeAgent']);
  if (kind !== 'edge') return content;
  const shown = Object.entries(agent).map(([key, value]) => {
    return [key, withoutSecrets('$edgeAgent', writtenPath(key), value)] as const;
  });
  return withValueIn(content, ['$edgeAgent'], Object.fromEntries(shown));
}

function Words({ kind, content }: { readonly kind: DeploymentKind; readonly content: JsonObject }) {
  const document = useMemo(
    () => ({ content: { [`${kind === 'edge' ? 'modules' : kind}Content`]: shownContent(kind, content) } }),
    [kind, content],
  );
  const [modules, routes, values] = [modulesOf(document), routesOf(document), valuesOf(document)];
  return (
    <>
      {modules.length > 0 && (
        <div className="surface scroll spaced">
          <table className="grid">
            <thead>
              <tr>
                <th scope="col">Module</th>
                <th scope="col">Image</th>
                <th scope="col">Is to be</th>
                <th scope="col">Starts again</th>
                <th scope="col">Variables</th>
              </tr>
            </thead>
            <tbody>
              {modules.map((module) => (
                <tr key={module.name}>
                  <td className="break">{safeText(module.name)}</td>
                  <td className="mono">{safeText(module.image)}</td>
                  <td>{safeText(module.status)}</td>
                  <td>{safeText(module.restartPolicy)}</td>
                  <td className="mono">
                    {module.env.map(({ name, value }) => (
                      <div key={name}>{safeText(`${name}=${value}`)}</div>
                    ))}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {routes.length > 0 && (
        <dl className="metric-list surface spaced" aria-label="Routes">
          {routes.map(({ name, route }) => (
            <div key={name}>
              <dt>Route {safeText(name)}</dt>
              <dd className="mono">{safeText(route)}</dd>
            </div>
          ))}
        </dl>
      )}
      {values.length > 0 && (
        <div className="surface scroll spaced">
          <table className="grid">
            <thead>
              <tr>
                {kind === 'edge' && <th scope="col">On</th>}
                <th scope="col">Path</th>
                <th scope="col">Value</th>
              </tr>
            </thead>
            <tbody>
              {values.map(({ moduleId, path, text }) => (
                <tr key={`${moduleId} ${path}`}>
                  {kind === 'edge' && <td className="break">{safeText(moduleId)}</td>}
                  <td className="mono">{path === '' ? 'the whole section' : safeText(path)}</td>
                  <td className="mono">{text === 'null' ? 'removed' : safeText(text)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {modules.length + routes.length + values.length === 0 && (
        <p>It writes nothing but the settings of the agent: see the JSON.</p>
      )}
    </>
  );
}
