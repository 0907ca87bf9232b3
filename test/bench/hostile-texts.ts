// What the longest texts cost that an attacker can send as a condition: linear work doubles with the length, quadratic work
// takes four times as long. Judged by the worst of all cases, each against itself at half the length.
import { conditionDialect } from '#domain/conditions/condition-dialect.ts';
import { explain } from '#domain/conditions/condition-explain.ts';
import { portableText } from '#domain/conditions/condition-export.ts';
import { parseCondition } from '#domain/conditions/condition.ts';
import { parseExpression } from '#domain/conditions/expression-parse.ts';
import { printExpression } from '#domain/conditions/expression-print.ts';
import { queryDialect } from '#domain/conditions/expression-query-dialect.ts';
import { aSubject } from '#test/support/read-condition.ts';
import { worstTexts } from '#test/support/worst-texts.ts';
import { figure, inTurns, median, pairedRatio, type BenchResult, type BenchRun, type Workload } from './measure.ts';

const length = 8192;
const rounds = 7;
/** Enough of them to be told from the clock's own steps. */
const passes = 20;

export const hostileTexts: Workload = {
  name: 'hostile-texts',
  async run(site: BenchRun): Promise<BenchResult> {
    const halves = new Map(worstTexts(length / 2));
    const cases: { name: string; ratio: number; oursMs: number; floorMs: number }[] = [];
    for (const [name, text] of worstTexts(length)) {
      const half = halves.get(name) ?? '';
      const times = await inTurns(rounds, { ours: async () => readMs(text), floor: async () => readMs(half) });
      cases.push({ name, ratio: pairedRatio(times), oursMs: median(times.ours), floorMs: median(times.floor) });
    }
    // What takes next to no time at any length says nothing about growth: quadratic work on 8192 characters takes longer.
    const felt = cases.filter(({ oursMs }) => oursMs >= 2).toSorted((left, right) => right.ratio - left.ratio);
    const [worst] = felt;
    const slowest = cases.toSorted((left, right) => right.oursMs - left.oursMs)[0];
    if (worst === undefined || slowest === undefined) throw new Error('no text took any time');
    site.say(felt.map(({ name, ratio, oursMs }) => `${name} ${figure(oursMs)} ms × ${figure(ratio)}`).join(', '));
    return {
      name: 'hostile-texts',
      ours: `${figure(worst.oursMs)} ms`,
      floor: `${figure(worst.floorMs)} ms`,
      ratio: worst.ratio,
      target: { of: 'ratio', atMost: 3 },
      note:
        `${cases.length} kinds of text of ${length} characters, read in both languages, printed and explained, ${rounds} rounds; ` +
        `the floor is the same kind at half the length, so that 2 is linear and 4 quadratic. The worst is '${worst.name}'; ` +
        `the slowest, '${slowest.name}', takes ${figure(slowest.oursMs)} ms.`,
    };
  },
};

function readMs(text: string): number {
  const begunAtMs = performance.now();
  for (let pass = 0; pass < passes; pass += 1) readWholly(text);
  return (performance.now() - begunAtMs) / passes;
}

function readWholly(text: string): void {
  for (const dialect of [conditionDialect, queryDialect]) {
    const parsed = parseExpression(text, dialect);
    if (parsed.ok) printExpression(parsed.value, dialect);
  }
  const condition = parseCondition(text);
  if (!condition.ok) return;
  explain(condition.value, aSubject({ a: 2 }));
  portableText(condition.value);
}
