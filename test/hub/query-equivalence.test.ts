// What SQLite says of a query is what its words mean: every answer against the evaluator that reads the twins' own JSON.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { evaluateTwinQuery } from '#domain/queries/twin-query-evaluate.ts';
import { parseTwinQuery } from '#domain/queries/twin-query.ts';
import { createQueryOperations } from '#hub/operations/query-operations.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { documentsOf, fillStore, randomQuery, randomSite } from '#test/support/random-twins.ts';
import { silentLog } from '#test/support/test-store.ts';
import { openMemoryStore } from '#store/open-store.ts';

test('when twins and queries are random, the store answers as the evaluator over whole twins does', async () => {
  const clock = createFakeClock();
  await fc.assert(
    fc.asyncProperty(
      randomSite,
      fc.array(randomQuery, { minLength: 6, maxLength: 12 }),
      fc.integer({ min: 1, max: 5 }),
      async (site, texts, limit) => {
        const store = openMemoryStore({ clock, log: silentLog });
        try {
          fillStore(store, site);
          const queries = createQueryOperations({ store, clock });
          for (const text of texts) {
            const parsed = parseTwinQuery(text);
            if (!parsed.ok) throw new Error(`${text}: ${JSON.stringify(parsed.problems)}`);
            const meant = plain(evaluateTwinQuery(parsed.value, documentsOf(store, parsed.value.from)));
            const rows: JsonObject[] = [];
            let continuation: string | null = null;
            do {
              const page = await queries.run(text, { limit, continuation });
              expect(page.rows.length).toBeLessThanOrEqual(limit);
              rows.push(...page.rows);
              continuation = page.continuation;
            } while (continuation !== null);
            expect({ text, rows: plain(rows) }).toEqual({ text, rows: meant });
            expect({ text, count: await queries.count(text) }).toEqual({ text, count: meant.length });
          }
        } finally {
          store.close();
        }
      },
    ),
    { numRuns: 150, seed: 20261121 },
  );
});

/** As a client would read it. */
function plain(rows: readonly JsonObject[]): readonly unknown[] {
  return JSON.parse(JSON.stringify(rows)) as readonly unknown[];
}
