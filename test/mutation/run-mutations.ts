// `npm run mutate [-- GROUP …]`: changes the rules of the domain one operator at a time and asks whether a test notices.
// It fails below 90 % in a group, and when the canaries show that the run itself is blind.
import { glob } from 'node:fs/promises';
import { Stryker } from '@stryker-mutator/core';

const leastPercent = 90;
const canary = 'test/mutation/canary.ts';
const muteCanary = 'test/mutation/mute-canary.ts';

/** What is judged together, as patterns of files. */
const groups: Readonly<Record<string, readonly string[]>> = {
  conditions: ['src-main/domain/conditions/{condition,expression}*.ts'],
  layering: [
    'src-main/domain/layering/{layering,provenance-tree,deployment-status,automatic-configuration}.ts',
    'src-main/domain/deployments/{deployment-content,targeting,automatic-configuration-content}.ts',
  ],
};

type MutantResult = Awaited<ReturnType<Stryker['runMutationTest']>>[number];

async function filesOf(patterns: readonly string[]): Promise<readonly string[]> {
  const files: string[] = [];
  for await (const file of glob([...patterns])) files.push(file);
  return files;
}

async function mutate(files: readonly string[]): Promise<readonly MutantResult[]> {
  const stryker = new Stryker({
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: { configFile: 'test/mutation/vitest.config.ts', related: true },
    coverageAnalysis: 'perTest',
    mutate: [...files],
    reporters: ['clear-text', 'json'],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
    jsonReporter: { fileName: 'out/mutation/report.json' },
    tempDirName: 'out/mutation/sandbox',
    ignorePatterns: ['out', 'coverage'],
    // It would rewrite the file with an API that TypeScript 7 does not have; there is nothing in it to rewrite.
    tsconfigFile: 'none.json',
    concurrency: 2,
    timeoutMS: 20_000,
  });
  return stryker.runMutationTest();
}

/** Killed, or never ending: noticed. A mutant that no test even runs is not. */
function scoreOf(mutants: readonly MutantResult[]): number {
  const judged = mutants.filter(({ status }) => status !== 'Ignored' && status !== 'CompileError');
  const noticed = judged.filter(({ status }) => status === 'Killed' || status === 'Timeout');
  return judged.length === 0 ? 0 : (100 * noticed.length) / judged.length;
}

/** One canary's mutants are all found, the other's never: anything else means that the run tells nothing. */
function isBlind(mutants: readonly MutantResult[]): boolean {
  const heard = statusesIn(mutants, canary);
  const unheard = statusesIn(mutants, muteCanary);
  const isSeen = heard.length > 0 && heard.every((status) => status === 'Killed');
  return !isSeen || unheard.length === 0 || unheard.some((status) => status !== 'Survived');
}

function statusesIn(mutants: readonly MutantResult[], file: string): readonly MutantResult['status'][] {
  return mutants.filter(({ fileName }) => fileName.endsWith(`/${file}`)).map(({ status }) => status);
}

async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !Object.hasOwn(groups, name));
  if (unknown.length > 0) {
    process.stderr.write(
      `There is no group '${unknown.join("', '")}': choose from ${Object.keys(groups).join(', ')}.\n`,
    );
    return 2;
  }
  let failures = 0;
  for (const [name, patterns] of Object.entries(groups)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const mutants = await mutate([...(await filesOf(patterns)), canary, muteCanary]);
    const own = mutants.filter(({ fileName }) => !fileName.includes('/test/mutation/'));
    const score = scoreOf(own);
    const blind = isBlind(mutants);
    if (blind || score <= leastPercent) failures += 1;
    const verdict = blind ? 'the canaries say that this run is blind' : `more than ${leastPercent} % are asked for`;
    process.stdout.write(`${name}: ${score.toFixed(1)} % of ${own.length} mutants were noticed; ${verdict}.\n`);
  }
  return failures === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
