// The desired section of `$edgeAgent`, schemas 1.0 and 1.1 (iot-hub.md 3.1).
import { isJsonObject, type Json } from '#base/json.ts';
import { isTemplateVariable, templateMend } from './manifest-image.ts';
import { edgeAgentShape, edgeHubModuleShape, moduleShape, unknownIn, type AgentSchema } from './manifest-module.ts';
import { anyText, anything, fieldsOf, namesOf, oneOf, plain, type Shape } from './manifest-shape.ts';

const schemaVersion = /^1\.[01](\.0)?$/;
const moduleName = /^[A-Za-z0-9_-]+$/;

/** The shape a section is checked by: that of the schema version it names. */
export function agentShape(section: Json | undefined): Shape {
  const version = isJsonObject(section) ? section['schemaVersion'] : undefined;
  return shapes[version === '1.0' || version === '1.0.0' ? '1.0' : '1.1'];
}

function sectionShape(schema: AgentSchema): Shape {
  return fieldsOf({
    name: 'the $edgeAgent section',
    severity: 'schema',
    wrong: 'it must be an object with schemaVersion, runtime, systemModules and modules.',
    fields: {
      schemaVersion: plain('unusable', (value) =>
        typeof value === 'string' && schemaVersion.test(value)
          ? undefined
          : 'agents read schema versions "1.0" and "1.1": use one of them.',
      ),
      runtime: runtimeShape(schema),
      systemModules: systemModulesShape(schema),
      modules: modulesShape(schema),
      // Signed manifests: checked by the device that trusts the signature.
      integrity: anything,
    },
    required: {
      schemaVersion: '"schemaVersion": "1.1"',
      runtime: '"runtime": {"type": "docker", "settings": {}}',
      systemModules: '"systemModules" with edgeAgent and edgeHub',
      modules: '"modules": {}',
    },
    unknown: unknownIn(schema),
  });
}

function modulesShape(schema: AgentSchema): Shape {
  return namesOf({
    severity: 'unusable',
    wrong: 'it must be an object of modules by name.',
    nameFault: (name) =>
      moduleName.test(name) ? undefined : 'a module name has letters, digits, - and _ only: rename it.',
    value: moduleShape(schema),
  });
}

function systemModulesShape(schema: AgentSchema): Shape {
  return fieldsOf({
    name: 'systemModules',
    severity: 'schema',
    wrong: 'it must be an object with edgeAgent and edgeHub.',
    fields: { edgeAgent: edgeAgentShape(schema), edgeHub: edgeHubModuleShape(schema) },
    required: {
      edgeAgent: '"edgeAgent": {"type": "docker", "settings": {"image": "mcr.microsoft.com/azureiotedge-agent:1.5"}}',
      edgeHub: '"edgeHub" with type, status, restartPolicy and settings',
    },
    // Here schema 1.0 is as strict as 1.1.
    unknown: 'schema',
  });
}

function runtimeShape(schema: AgentSchema): Shape {
  const settings = fieldsOf({
    name: 'the runtime settings',
    severity: 'schema',
    wrong: 'it must be an object: write {} for none.',
    fields: { minDockerVersion: anyText, loggingOptions: anyText, registryCredentials: credentialsShape(schema) },
    unknown: unknownIn(schema),
  });
  return fieldsOf({
    name: 'the runtime',
    severity: 'schema',
    wrong: 'it must be an object with type and settings.',
    fields: { type: oneOf('schema', 'docker'), settings },
    required: { type: '"type": "docker"', settings: '"settings": {}' },
    unknown: unknownIn(schema),
  });
}

function credentialsShape(schema: AgentSchema): Shape {
  return namesOf({
    severity: 'schema',
    wrong: 'it must be an object of registries: {"site": {"address": "host:5000", "username": "u", "password": "p"}}.',
    // A twin takes no other names either, but says so key by key.
    nameFault: () => undefined,
    value: fieldsOf({
      name: 'a registry',
      severity: 'schema',
      wrong: 'a registry is an object with address, username and password.',
      fields: {
        username: credential(),
        password: passwordShape,
        address: plain('schema', addressFault),
      },
      required: {
        username: '"username": "…"',
        password: '"password": "…"',
        address: '"address": "host or host:port"',
      },
      unknown: unknownIn(schema),
    }),
  });
}

function credential(): Shape {
  return plain('schema', (value) => {
    if (typeof value !== 'string') return 'it must be a text.';
    return isTemplateVariable(value) ? templateMend : undefined;
  });
}

function addressFault(value: Json): string | undefined {
  if (typeof value !== 'string' || !/^\S+$/.test(value)) return 'it must be a host or host:port, without white space.';
  return isTemplateVariable(value) ? templateMend : undefined;
}

/** A password may look like anything, so what looks like a placeholder is only asked about. */
const passwordShape: Shape = {
  check(value, at, note) {
    anyText.check(value, at, note);
    if (typeof value === 'string' && (isTemplateVariable(value) || /^<.*>$/.test(value)))
      note('warning', at, 'it looks like a placeholder: put the password itself here.');
  },
  step: anyText.step,
};

/** What agents read of each schema; a layer, which has no schema of its own, is read as the newest. */
const shapes: Readonly<Record<AgentSchema, Shape>> = { '1.0': sectionShape('1.0'), '1.1': sectionShape('1.1') };
