// The three functions of the `reflect-metadata` proposal that @peculiar/x509's container asks for before it loads.
// It only ever registers its own classes without constructor arguments, so nothing else of the proposal is needed.

const tables = new WeakMap<object, Map<unknown, unknown>>();

const reflect = Reflect as unknown as Record<string, unknown>;
if (reflect['getMetadata'] === undefined) {
  reflect['getMetadata'] = reflect['getOwnMetadata'] = (key: unknown, target: object) => tables.get(target)?.get(key);
  reflect['defineMetadata'] = (key: unknown, value: unknown, target: object) => {
    const table = tables.get(target) ?? new Map<unknown, unknown>();
    tables.set(target, table.set(key, value));
  };
}
