// The desired section of `$edgeHub`, schemas 1.0 to 1.3 (iot-hub.md 3.2). This hub's agents run no edge hub, but a manifest is
// also written for those that do.
import { isJsonObject, type Json } from '#base/json.ts';
import { parseRoute } from '#domain/routes/route.ts';
import { problemsText } from '#domain/values/problem-text.ts';
import { anything, fieldsOf, namesOf, plain, warned, wholeNumber, type Shape } from './manifest-shape.ts';

type HubSchema = '1.0' | '1.1' | '1.2' | '1.3';

const longestSeconds = 4_294_967_295;
/** The shape a section is checked by: that of the schema version it names, else the newest. */
export function hubShape(section: Json | undefined): Shape {
  const version = isJsonObject(section) ? section['schemaVersion'] : undefined;
  const schema = typeof version === 'string' ? version.replace(/^(\d\.\d)\.0$/, '$1') : '';
  return Object.hasOwn(shapes, schema) ? shapes[schema as HubSchema] : shapes['1.3'];
}

function sectionShape(schema: HubSchema): Shape {
  const isFirst = schema === '1.0';
  const broker = warned('IoT Edge has no MQTT broker any more: take it out.');
  return fieldsOf({
    name: `the $edgeHub section of schema ${schema}`,
    severity: 'schema',
    wrong: 'it must be an object with schemaVersion and routes.',
    fields: {
      schemaVersion: plain('schema', (value) =>
        typeof value === 'string' && /^1\.[0-3](\.0)?$/.test(value)
          ? undefined
          : 'edge hubs read schema versions "1.0" to "1.3": use one of them.',
      ),
      routes: namesOf({
        severity: 'schema',
        wrong: 'it must be an object of routes by name: {"upstream": "FROM /messages/* INTO $upstream"}.',
        // A twin refuses . $ # and spaces in any key, and says so itself.
        nameFault: (name) => (name === '' ? 'a route needs a name: give it one.' : undefined),
        value: isFirst
          ? routeTextShape('a route of schema 1.0 is a text; priority and timeToLiveSecs need "schemaVersion": "1.1".')
          : routeShape,
      }),
      storeAndForwardConfiguration: storageShape(isFirst),
      integrity: anything,
      ...(schema >= '1.2' && { mqttBroker: broker }),
    },
    required: { schemaVersion: '"schemaVersion": "1.1"', routes: '"routes": {}' },
    unknown: isFirst ? 'warning' : 'schema',
  });
}

function routeTextShape(wrong: string): Shape {
  return plain('schema', (value) => {
    if (typeof value !== 'string') return wrong;
    const route = parseRoute(value);
    return route.ok ? undefined : `the route cannot be read: ${problemsText(route.problems)}`;
  });
}

const routeText = routeTextShape('a route is a text such as "FROM /messages/* INTO $upstream".');
const routeObject = fieldsOf({
  name: 'a route',
  severity: 'schema',
  wrong:
    'a route is a text such as "FROM /messages/* INTO $upstream", or {"route": "…", "priority": 0, "timeToLiveSecs": 0}.',
  fields: {
    route: routeText,
    priority: wholeNumber('schema', 0, 9),
    timeToLiveSecs: wholeNumber('schema', 0, longestSeconds),
  },
  required: { route: '"route": "FROM /messages/* INTO $upstream"' },
  unknown: 'schema',
});
const routeShape: Shape = {
  check: (value, at, note) => (typeof value === 'string' ? routeText : routeObject).check(value, at, note),
  step: routeObject.step,
};

function storageShape(isFirst: boolean): Shape {
  const unknown = isFirst ? 'warning' : 'schema';
  const limits = fieldsOf({
    name: 'storeLimits',
    severity: 'schema',
    wrong: 'it must be an object with maxSizeBytes.',
    fields: { maxSizeBytes: wholeNumber('schema', -1, Number.MAX_SAFE_INTEGER) },
    unknown,
  });
  return fieldsOf({
    name: 'storeAndForwardConfiguration',
    severity: 'schema',
    wrong: 'it must be an object: {"timeToLiveSecs": 7200}.',
    fields: {
      // Below 0: for ever.
      timeToLiveSecs: wholeNumber('schema', -(2 ** 31), longestSeconds),
      storeLimits: limits,
    },
    required: { timeToLiveSecs: '"timeToLiveSecs": 7200' },
    unknown,
  });
}

const shapes: Readonly<Record<HubSchema, Shape>> = {
  '1.0': sectionShape('1.0'),
  '1.1': sectionShape('1.1'),
  '1.2': sectionShape('1.2'),
  '1.3': sectionShape('1.3'),
};
