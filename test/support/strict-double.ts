// Stand-ins that fail on whatever they were not given; the names they may have are those of the real thing's types.
import type { ShellElectron } from '#shell/shell-needs.ts';

/** An object that throws when anything but the given members is read. */
export function strictDouble<T extends object>(name: string, members: { readonly [Name in keyof T]?: unknown }): T {
  return new Proxy(members, {
    get(target, key) {
      // Whoever awaits a value asks whether it is a promise.
      if (key === 'then' || typeof key === 'symbol') return Reflect.get(target, key) as unknown;
      if (!Reflect.has(target, key)) throw new Error(`${name}.${key} is not a call the shell may make`);
      return Reflect.get(target, key) as unknown;
    },
  }) as T;
}

/** A class of the module: `construct` makes its instances, `statics` is all that it offers besides. */
export function strictClass<Name extends keyof ShellElectron>(
  name: Name,
  construct: (...given: never[]) => object,
  statics: { readonly [Static in keyof ShellElectron[Name]]?: unknown } = {},
): ShellElectron[Name] {
  return new Proxy(function make(): void {}, {
    construct: (_target, given) => construct(...(given as never[])),
    get(_target, key) {
      if (typeof key === 'symbol' || Object.hasOwn(statics, key)) return Reflect.get(statics, key) as unknown;
      throw new Error(`${name}.${key} is not a call the shell may make`);
    },
  }) as unknown as ShellElectron[Name];
}
