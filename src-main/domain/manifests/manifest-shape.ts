// What a manifest may hold, as shapes that check a value and let a write by path (`properties.desired.modules.x`) step down
// to the part it writes. Shapes are made once and hold nothing; what they find goes to the note they are given.
import { isJsonObject, type Json, type JsonObject } from '#base/json.ts';
import type { Problem } from '#base/result.ts';
import { jsonPath } from '#domain/values/twin-limits.ts';

/**
 * `unusable`: no agent can run it, refused at every door. `schema`: the az CLI refuses it while it validates, IoT Hub and this
 * hub's service API take it. `warning`: taken everywhere, and seldom what was meant.
 */
export type Severity = 'unusable' | 'schema' | 'warning';

export interface Finding {
  readonly severity: Severity;
  readonly problem: Problem;
}

/** Keeps one finding. */
export type Note = (severity: Severity, at: string, message: string) => void;

export interface Shape {
  /** Notes all that is wrong with a value that stands at `at`; never asked about null, which removes. */
  readonly check: (value: Json, at: string, note: Note) => void;
  /** The shape below a key, for a write by path; undefined when nothing there is checked. */
  readonly step: (key: string, at: string, note: Note) => Shape | undefined;
}

// Whoever reads a refusal mends a handful and tries again.
const maxFindings = 200;

export function collectFindings(): { readonly findings: readonly Finding[]; readonly note: Note } {
  const findings: Finding[] = [];
  return {
    findings,
    note(severity, at, message) {
      if (findings.length < maxFindings)
        findings.push({ severity, problem: { code: 'deployment.content', message, at } });
    },
  };
}

/** Checks what one write leaves at `path`. `shape` is that of the whole section. */
export function checkWrite(
  shape: Shape,
  { path, value, at }: { readonly path: readonly string[]; readonly value: Json; readonly at: string },
  note: Note,
): void {
  if (value === null) return;
  let reached: Shape | undefined = shape;
  for (const key of path) reached = reached?.step(key, at, note);
  reached?.check(value, at, note);
}

/** Anything at all. */
export const anything: Shape = { check: () => undefined, step: () => undefined };

/** A value without parts: `faultOf` says what is wrong with it. */
export function plain(severity: Severity, faultOf: (value: Json) => string | undefined): Shape {
  return {
    check(value, at, note) {
      const fault = faultOf(value);
      if (fault !== undefined) note(severity, at, fault);
    },
    step(key, at, note) {
      note('schema', at, `"${key}" would stand below a plain value: write the path without it.`);
      return undefined;
    },
  };
}

export const anyText = plain('schema', (value) => (typeof value === 'string' ? undefined : 'it must be a text.'));

export function oneOf(severity: Severity, ...allowed: readonly string[]): Shape {
  const words = allowed.map((value) => `"${value}"`).join(' or ');
  return plain(severity, (value) => (allowed.includes(value as string) ? undefined : `it must be ${words}.`));
}

export function wholeNumber(severity: Severity, from: number, to: number): Shape {
  return plain(severity, (value) =>
    Number.isInteger(value) && Number(value) >= from && Number(value) <= to
      ? undefined
      : `it must be a whole number from ${from} to ${to}.`,
  );
}

/** A shape with a word of warning wherever it is used. */
export function warned(message: string, shape: Shape = anything): Shape {
  return {
    check(value, at, note) {
      note('warning', at, message);
      shape.check(value, at, note);
    },
    step(key, at, note) {
      note('warning', at, message);
      return shape.step(key, at, note);
    },
  };
}

interface Fields {
  /** As it is called in a sentence: "a module". */
  readonly name: string;
  readonly severity: Severity;
  /** What is said of anything but an object. */
  readonly wrong: string;
  readonly fields: Readonly<Record<string, Shape>>;
  /** Fields that must be there, each with how it is written. */
  readonly required?: Readonly<Record<string, string>>;
  readonly unknown: Severity;
}

/** An object of known fields. */
export function fieldsOf({ name, severity, wrong, fields, required = {}, unknown }: Fields): Shape {
  const shapeOf = (key: string): Shape | undefined => (Object.hasOwn(fields, key) ? fields[key] : undefined);
  const step: Shape['step'] = (key, at, note) => {
    const shape = shapeOf(key);
    if (shape === undefined) note(unknown, at, unknownField(key, name, Object.keys(fields)));
    return shape;
  };
  return {
    step,
    check(value, at, note) {
      if (!isJsonObject(value)) return note(severity, at, wrong);
      forEachPart(value, (key, part) => {
        const partAt = jsonPath(at, key);
        step(key, partAt, note)?.check(part, partAt, note);
      });
      for (const key of Object.keys(required))
        if (isAbsent(value, key)) note('schema', jsonPath(at, key), `it is missing: add ${required[key]}.`);
    },
  };
}

interface Names {
  readonly severity: Severity;
  readonly wrong: string;
  /** What is wrong with a name, at every door. */
  readonly nameFault: (name: string) => string | undefined;
  readonly nameWarning?: (name: string) => string | undefined;
  readonly value: Shape;
}

/** An object whose keys are names that people chose. */
export function namesOf({ severity, wrong, nameFault, nameWarning, value: shape }: Names): Shape {
  const step: Shape['step'] = (name, at, note) => {
    const fault = nameFault(name);
    if (fault !== undefined) {
      note(severity, at, fault);
      return undefined;
    }
    const warning = nameWarning?.(name);
    if (warning !== undefined) note('warning', at, warning);
    return shape;
  };
  return {
    step,
    check(value, at, note) {
      if (!isJsonObject(value)) return note(severity, at, wrong);
      forEachPart(value, (name, part) => {
        const partAt = jsonPath(at, name);
        step(name, partAt, note)?.check(part, partAt, note);
      });
    },
  };
}

/** Null inside a value is dropped when it is written (layering.md rule 5): as if it were not there. */
function isAbsent(value: JsonObject, key: string): boolean {
  return !Object.hasOwn(value, key) || value[key] === null;
}

function forEachPart(value: JsonObject, visit: (key: string, part: Json) => void): void {
  for (const key of Object.keys(value)) if (!isAbsent(value, key)) visit(key, value[key] as Json);
}

function unknownField(key: string, name: string, fields: readonly string[]): string {
  const meant = fields.find((field) => field.toLowerCase() === key.toLowerCase());
  const mend = meant === undefined ? `take it out, or write one of ${fields.join(', ')}` : `write "${meant}"`;
  return `"${key.slice(0, 64)}" is no field of ${name}: ${mend}.`;
}
