// Automatic configurations and deployments together, whatever happens in whatever order: the twins end where a calculation
// from nothing says, in one evaluation, and stay there; and every revision tells for ever what was so when it was made.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { standingInBook } from '#domain/layering/automatic-record.ts';
import { gameDevices, gameParts, quarrelsomeSteps, someSteps, takeAll } from '#test/support/automatic-game.ts';
import { expectAllRight, written } from '#test/support/automatic-model.ts';
import { deviceId } from '#test/support/hub-parts.ts';
import { revisionHistory } from '#test/support/revision-history.ts';

const parts = gameParts();

async function evaluateAllAgain(): Promise<void> {
  await parts.controller.stop();
  parts.controller.start();
  await parts.controller.settled();
}

async function endAtRest(): Promise<void> {
  expect([...parts.controller.failures()]).toEqual([]);
  const seq = parts.store.read.journal.lastSeq();
  await evaluateAllAgain();
  expect(parts.store.read.journal.lastSeq()).toBe(seq);
}

describe('evaluation with automatic configurations', () => {
  it('when anything happens, each revision tells what is so, and later still what was so', async () => {
    let reasons = 0;
    await fc.assert(
      fc.asyncProperty(quarrelsomeSteps, async (steps) => {
        await parts.renew();
        const history = revisionHistory(parts);
        await takeAll(parts, steps, () => history.note());
        await evaluateAllAgain();
        history.expectTheSame();
        reasons += history.reasons.count;
        for (const device of gameDevices.map(deviceId)) {
          const { read } = parts.store;
          const record = read.revisions.latest(device)?.automatic ?? {};
          for (const [module, stored] of read.configurationWrites.ofDevice(device)) {
            const { desired } = parts.twins.get({ deviceId: device, moduleId: module });
            expect(record[module ?? '']?.left ?? []).toEqual(standingInBook(stored, desired.value).left);
          }
        }
        await endAtRest();
      }),
      { numRuns: 120, seed: 20261121 },
    );
    // The game reached what it is about.
    expect(reasons).toBeGreaterThan(30);
  });

  it('when anything happens, hands included, what configurations write stands on every twin once it is evaluated', async () => {
    await fc.assert(
      fc.asyncProperty(someSteps, async (steps) => {
        await parts.renew();
        await takeAll(parts, steps);
        await evaluateAllAgain();
        expectAllRight(parts, ({ module, effective, automatic, desired }) => {
          expect(desired).toEqual(written(desired, automatic));
          const whole = effective.base === null || module === null ? undefined : effective.modules[module];
          if (whole !== undefined) expect(desired).toEqual(written(whole, automatic));
        });
        await endAtRest();
      }),
      { numRuns: 120, seed: 20261121 },
    );
  });

  it('when all values go with their configuration and no hand comes between, twins are as if nothing had been before', async () => {
    const orderly = someSteps.map((steps) =>
      steps
        .filter(([{ kind }]) => kind !== 'edit' && kind !== 'set-rule' && kind !== 'clear')
        .map(
          ([each, isSettled]) =>
            [each.kind === 'configure' ? { ...each, rule: 'remove' as const } : each, isSettled] as const,
        ),
    );
    await fc.assert(
      fc.asyncProperty(orderly, async (steps) => {
        await parts.renew();
        await takeAll(parts, steps);
        expectAllRight(parts, ({ module, effective, automatic, desired }) => {
          // Without a base, modules that one wrote keep what they run.
          if (module !== null && module !== 'cam' && effective.base === null) return;
          expect(desired).toEqual(written((module === null ? undefined : effective.modules[module]) ?? {}, automatic));
        });
        expect(parts.deployments.leftValues()).toEqual([]);
        await endAtRest();
      }),
      { numRuns: 120, seed: 20261121 },
    );
  });
});
