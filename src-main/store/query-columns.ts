// Where a query's paths lie in the tables: each as an SQL expression for the JSON of its value, NULL when it is missing. Keys
// are bound or are part of a bound JSON path, never of the SQL.
import { ownValue } from '#base/json.ts';
import type { ExpressionPath } from '#domain/conditions/expression-ast.ts';
import type { TwinCollection } from '#domain/queries/twin-query-ast.ts';
import { wholeMetadataSql } from './desired-metadata.ts';
import type { SqlPart } from './query-parts.ts';

const missing: SqlPart = { sql: 'NULL', parameters: [] };

/** The JSON of what a path leads to, of the row that `devices`, `twins` with its desired section and, for modules, `modules` stand on. */
export function jsonAt({ root, segments }: ExpressionPath, from: TwinCollection): SqlPart {
  switch (root) {
    case 'tags':
      // A twin without tags has no such field.
      return segments.length === 0 ? plain("nullif(twins.tags, '{}')") : within('twins.tags', segments);
    case 'desired':
    case 'reported':
      return inSection(root, segments);
    case 'configurations':
      return statusOf(segments, from);
    case 'capabilities':
      return from === 'devices' ? plain("iif(devices.is_edge, 'true', 'false')") : missing;
    default: {
      const field = ownValue(identityFields, root);
      return field === undefined ? missing : plain(field[from]);
    }
  }
}

/** A value in a JSON column. SQLite reads a quoted label as the JSON string it is, whatever the key. */
function within(document: string, segments: readonly string[]): SqlPart {
  if (segments.length === 0) return plain(document);
  const path = segments.map((segment) => `.${JSON.stringify(segment)}`).join('');
  return { sql: `${document} -> ?`, parameters: [`$${path}`] };
}

function inSection(section: 'desired' | 'reported', segments: readonly string[]): SqlPart {
  const [first, ...rest] = segments;
  const metadata = section === 'desired' ? wholeMetadataSql : 'twins.reported_metadata';
  const version = section === 'desired' ? 'sections.desired_version' : 'twins.reported_version';
  const document = section === 'desired' ? 'coalesce(sections.desired, documents.desired)' : 'twins.reported';
  if (first === '$metadata') return within(metadata, rest);
  if (first === '$version') return rest.length === 0 ? plain(integer(version)) : missing;
  if (first !== undefined) return within(document, segments);
  const comma = `iif(${document} = '{}', '', ',')`;
  const values = `substr(${document}, 1, length(${document}) - 1)`;
  return plain(`${values} || ${comma} || '"$metadata":' || ${metadata} || ',"$version":' || ${version} || '}'`);
}

function statusOf([id = '', name]: readonly string[], from: TwinCollection): SqlPart {
  if (name !== 'status') return missing;
  const sql = `(SELECT json_quote(status) FROM deployment_statuses AS statuses
    WHERE statuses.device_id = twins.device_id AND statuses.module_id = ${from === 'devices' ? "''" : 'twins.module_id'}
      AND statuses.deployment_number = (SELECT created_at_ms FROM deployments WHERE deployments.id = +?))`;
  return { sql, parameters: [id] };
}

/** By root: of a device, and of a module, which has the status of its device. */
const identityFields: Readonly<Record<string, Readonly<Record<TwinCollection, string>>>> = {
  deviceId: both('json_quote(devices.device_id)'),
  moduleId: { devices: 'NULL', 'devices.modules': 'json_quote(modules.module_id)' },
  etag: both(etag('sections.twin_version')),
  version: both(integer('sections.twin_version')),
  deviceEtag: ofIdentity((table) => etag(`${table}.version`)),
  status: both('json_quote(devices.status)'),
  statusReason: {
    devices: 'iif(devices.status_reason IS NULL, NULL, json_quote(devices.status_reason))',
    'devices.modules': 'NULL',
  },
  statusUpdateTime: both(time('devices.status_changed_at_ms')),
  connectionState: ofIdentity((table) => `json_quote(${table}.connection_state)`),
  connectionStateUpdatedTime: ofIdentity((table) => time(`${table}.connection_changed_at_ms`)),
  lastActivityTime: ofIdentity((table) => time(`${table}.last_activity_at_ms`)),
  cloudToDeviceMessageCount: {
    devices: '(SELECT CAST(count(*) AS TEXT) FROM cloud_messages WHERE cloud_messages.device_id = devices.device_id)',
    'devices.modules': "'0'",
  },
  authenticationType: ofIdentity((table) => `${table}.authentication -> '$.type'`),
  modelId: both(`'""'`),
  deviceScope: {
    devices: `iif(devices.is_edge, json_quote('ms-azure-iot-edge://' || devices.device_id || '-' || devices.generation_id), NULL)`,
    'devices.modules': 'NULL',
  },
  parentScopes: { devices: "iif(devices.is_edge, '[]', NULL)", 'devices.modules': 'NULL' },
};

function plain(sql: string): SqlPart {
  return { sql, parameters: [] };
}

function both(sql: string): Record<TwinCollection, string> {
  return { devices: sql, 'devices.modules': sql };
}

function ofIdentity(sqlOf: (table: string) => string): Record<TwinCollection, string> {
  return { devices: sqlOf('devices'), 'devices.modules': sqlOf('modules') };
}

function integer(column: string): string {
  return `CAST(${column} AS TEXT)`;
}

/** As contract/wire-time.ts writes an instant. */
function time(column: string): string {
  const seconds = `strftime('%Y-%m-%dT%H:%M:%S', ${column} / 1000, 'unixepoch')`;
  return `iif(${column} = 0, '"0001-01-01T00:00:00Z"', '"' || ${seconds} || format('.%03dZ"', ${column} % 1000))`;
}

/** As contract/etag.ts writes a version: eight bytes, six bits a letter, the last four bits filled up. */
function etag(column: string): string {
  const letters = "'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'";
  const letterAt = (bits: string): string => `substr(${letters}, (${bits}) + 1, 1)`;
  const whole = Array.from({ length: 10 }, (_, index) => letterAt(`${column} >> ${58 - 6 * index} & 63`));
  return `'"' || ${[...whole, letterAt(`(${column} & 15) << 2`)].join(' || ')} || '="'`;
}
