// Every device of a fleet against every deployment, and merged: what a start and a preview rest on. In memory, on one core.
// Against a loop that tries each condition and folds each device anew.
import { createDeploymentCatalog } from '#hub/records/deployment-catalog.ts';
import { parseCondition } from '#domain/conditions/condition.ts';
import { layer } from '#domain/layering/layering.ts';
import { targetsFor, type AimedDeployment } from '#domain/deployments/targeting.ts';
import { figure, inTurns, median, pairedRatio, type Workload } from './measure.ts';
import { memorySubjects, mixedDeployments } from './memory-site.ts';
import { processorMsOf } from './processor-time.ts';

const devices = 10_000;
const rounds = 6;

export const evaluateFleet: Workload = {
  name: 'evaluate-fleet',
  async run(run) {
    const deployments = mixedDeployments();
    const subjects = memorySubjects(devices);
    const aimed: readonly AimedDeployment[] = deployments.map((deployment) => {
      const condition = parseCondition(deployment.targetCondition);
      if (!condition.ok) throw new Error(`'${deployment.targetCondition}' cannot be read`);
      return { deployment, condition: condition.value };
    });
    let distinct = new Set<object>();
    const triedMs: number[] = [];
    const times = await inTurns(rounds, {
      ours() {
        const elapsedMs = processorMsOf(() => {
          distinct = new Set();
          const catalog = createDeploymentCatalog({ deployments });
          for (const subject of subjects) distinct.add(catalog.match(subject).effective);
        });
        run.say(`ours: ${figure(elapsedMs)} ms`);
        return Promise.resolve(elapsedMs);
      },
      floor() {
        triedMs.push(processorMsOf(() => void subjects.map((subject) => targetsFor(subject, aimed).length)));
        const elapsedMs = processorMsOf(
          () => void subjects.map((subject) => layer(targetsFor(subject, aimed)).applied),
        );
        run.say(`floor: ${figure(elapsedMs)} ms`);
        return Promise.resolve(elapsedMs);
      },
    });
    const perSecond = (devices * deployments.length) / (median(triedMs) / 1000);
    return {
      name: evaluateFleet.name,
      ours: `${figure(median(times.ours) / 1000)} s`,
      floor: `${figure(median(times.floor) / 1000)} s`,
      ratio: pairedRatio(times),
      judged: median(times.ours) / 1000,
      target: { of: 'ours', unit: 's', atMost: 1 },
      note:
        `processor time for ${figure(devices)} devices × ${deployments.length} deployments, parsed, matched and merged, ${figure(distinct.size)} distinct ` +
        `sets; ${rounds} rounds. Floor: each condition tried for each device and each device folded by itself. Trying all ` +
        `${figure(devices * deployments.length)} without an index takes ${figure(median(triedMs))} ms, ${figure(perSecond)} conditions a second.`,
    };
  },
};
