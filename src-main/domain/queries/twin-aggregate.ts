// COUNT, SUM, AVG, MIN and MAX. IoT Hub documents their names alone; these are the rules of the language it took them from
// (Cosmos DB): what is missing does not count, and one value that cannot be summed leaves no sum.
import { isJsonObject, type Json } from '#base/json.ts';
import type { AggregateName } from './twin-query-ast.ts';

/** INVARIANTS: belongs to one group of one query; values come in the order of the twins, so that sums are the same each time. */
export interface Aggregate {
  add(value: Json | undefined): void;
  /** Undefined when there is none: nothing was added, or something that cannot be put together. */
  result(): Json | undefined;
}

export function createAggregate(name: AggregateName): Aggregate {
  switch (name) {
    case 'COUNT':
      return createCount();
    case 'SUM':
      return createSum((sum) => sum);
    case 'AVG':
      return createSum((sum, count) => sum / count);
    case 'MIN':
      return createExtreme((value, best) => rank(value, best) < 0);
    case 'MAX':
      return createExtreme((value, best) => rank(value, best) > 0);
  }
}

function createCount(): Aggregate {
  let count = 0;
  return {
    add(value) {
      if (value !== undefined) count += 1;
    },
    result: () => count,
  };
}

function createSum(resultOf: (sum: number, count: number) => number): Aggregate {
  let sum = 0;
  let count = 0;
  let isNumeric = true;
  return {
    add(value) {
      if (value === undefined) return;
      if (typeof value === 'number') {
        sum += value;
        count += 1;
      } else isNumeric = false;
    },
    result() {
      const result = resultOf(sum, count);
      return isNumeric && count > 0 && Number.isFinite(result) ? result : undefined;
    },
  };
}

function createExtreme(isBetter: (value: Scalar, best: Scalar) => boolean): Aggregate {
  let best: Scalar | undefined;
  let isOrdered = true;
  return {
    add(value) {
      if (value === undefined) return;
      if (!isScalar(value)) isOrdered = false;
      else if (best === undefined || isBetter(value, best)) best = value;
    },
    result: () => (isOrdered ? best : undefined),
  };
}

type Scalar = string | number | boolean | null;

function isScalar(value: Json): value is Scalar {
  return !Array.isArray(value) && !isJsonObject(value);
}

/** Across types: null, then booleans, numbers, texts. Texts by code unit. */
function rank(left: Scalar, right: Scalar): number {
  const byType = typeRank(left) - typeRank(right);
  if (byType !== 0 || left === right || left === null || right === null) return byType;
  return left < right ? -1 : 1;
}

function typeRank(value: Scalar): number {
  if (value === null) return 0;
  if (typeof value === 'boolean') return 1;
  return typeof value === 'number' ? 2 : 3;
}
