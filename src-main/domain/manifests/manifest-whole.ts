// What can only be seen with the whole manifest before one's eyes: two modules on one host port, a system module's name, more of
// them than IoT Hub takes.
import { isJsonObject, ownValue, type Json, type JsonObject } from '#base/json.ts';
import { isSectionKey, sectionKey, writtenPath } from '#domain/records/content-writes.ts';
import { jsonPath } from '#domain/values/twin-limits.ts';
import { contentRoot } from './manifest-content.ts';
import { createOptionsOf } from './manifest-create-options.ts';
import type { Note } from './manifest-shape.ts';

/** IoT Hub's own limit of modules on a device. */
const mostInIotHub = 50;
const systemNames: readonly string[] = ['edgeAgent', 'edgeHub'];

/** A module that the content describes whole. */
interface DescribedModule {
  readonly name: string;
  readonly isSystem: boolean;
  readonly at: string;
  readonly module: JsonObject;
}

export function checkWhole(content: JsonObject, note: Note): void {
  const agent = ownValue(content, '$edgeAgent');
  if (!isJsonObject(agent)) return;
  const modules = describedModules(agent);
  const own = modules.filter(({ isSystem }) => !isSystem);
  for (const { name, at } of own)
    if (systemNames.includes(name)) note('schema', at, `${name} is a system module: give this module another name.`);
  checkNumber(own.length, note);
  checkHostPorts(modules, note);
  if (!Object.hasOwn(agent, sectionKey)) return;
  for (const key of Object.keys(agent).filter((key) => key !== sectionKey && isSectionKey(key)))
    note(
      'warning',
      jsonPath(jsonPath(contentRoot, '$edgeAgent'), key),
      'the az CLI takes no paths beside "properties.desired": move the value into it.',
    );
  checkSettings(content, agent, note);
}

/** How many this hub takes is a limit of the site, and looked at with the other limits. */
function checkNumber(count: number, note: Note): void {
  if (count > mostInIotHub)
    note(
      'warning',
      jsonPath(contentRoot, '$edgeAgent'),
      `it runs ${count} modules, IoT Hub takes ${mostInIotHub} on a device: split it before it goes there.`,
    );
}

/** A section for a module that nothing here runs is a slip of the pen, unless a layer brings the module. */
function checkSettings(content: JsonObject, agent: JsonObject, note: Note): void {
  const names = new Set(describedModules(agent).map(({ name }) => name));
  for (const id of Object.keys(content))
    if (!id.startsWith('$') && !names.has(id))
      note(
        'warning',
        jsonPath(contentRoot, id),
        'it has settings here, but this deployment does not run it: check the name, or add it to modules.',
      );
}

function describedModules(agent: JsonObject): readonly DescribedModule[] {
  const found = new Map<string, DescribedModule>();
  const keys = Object.keys(agent).filter(isSectionKey);
  for (const key of keys.toSorted((left, right) => writtenPath(left).length - writtenPath(right).length)) {
    const at = jsonPath(jsonPath(contentRoot, '$edgeAgent'), key);
    for (const group of ['systemModules', 'modules'])
      collect(found, group, { path: writtenPath(key), at, value: agent[key] as Json });
  }
  return [...found.values()];
}

interface Write {
  readonly path: readonly string[];
  readonly at: string;
  readonly value: Json;
}

/** The modules of one group that a write describes: it may write the section, the group, or one module. */
function collect(found: Map<string, DescribedModule>, group: string, { path, at, value }: Write): void {
  const [top, name, ...rest] = path;
  if (rest.length > 0 || (top !== undefined && top !== group) || value === null) return;
  if (top === undefined) {
    const section = isJsonObject(value) ? ownValue(value, group) : undefined;
    if (section !== undefined) collect(found, group, { path: [group], at: jsonPath(at, group), value: section });
  } else if (name === undefined) {
    if (!isJsonObject(value)) return;
    for (const key of Object.keys(value))
      collect(found, group, { path: [group, key], at: jsonPath(at, key), value: value[key] as Json });
  } else if (isJsonObject(value)) {
    found.set(`${group}/${name}`, { name, isSystem: group === 'systemModules', at, module: value });
  }
}

interface HostPort {
  readonly port: string;
  readonly address: string;
  readonly name: string;
}

function checkHostPorts(modules: readonly DescribedModule[], note: Note): void {
  const taken: HostPort[] = [];
  for (const { name, at, module } of modules) {
    const wanted = hostPortsOf(name, module);
    for (const { port, address } of wanted) {
      const other = taken.find((one) => one.port === port && isSameAddress(one.address, address));
      if (other !== undefined)
        note(
          'warning',
          at,
          `${name} and ${other.name} both take port ${port} of the host, only one of them can: change one.`,
        );
    }
    taken.push(...wanted);
  }
}

/** `8883/tcp` on which address; a port that Docker chooses is nobody's. */
function hostPortsOf(name: string, module: JsonObject): readonly HostPort[] {
  const settings = module['settings'];
  const options = isJsonObject(settings) ? createOptionsOf(settings) : undefined;
  const host = options?.['HostConfig'];
  const bindings = isJsonObject(host) ? host['PortBindings'] : undefined;
  if (!isJsonObject(bindings)) return [];
  return Object.entries(bindings).flatMap(([inside, list]) => {
    const protocol = inside.split('/')[1] ?? 'tcp';
    const entries = Array.isArray(list) ? (list as readonly Json[]).filter(isJsonObject) : [];
    return entries.flatMap(({ HostPort: port, HostIp: address }) =>
      typeof port === 'string' && port !== '' && port !== '0'
        ? [{ port: `${port}/${protocol}`, address: typeof address === 'string' ? address : '', name }]
        : [],
    );
  });
}

function isSameAddress(left: string, right: string): boolean {
  const everywhere = ['', '0.0.0.0', '::'];
  return left === right || everywhere.includes(left) || everywhere.includes(right);
}
