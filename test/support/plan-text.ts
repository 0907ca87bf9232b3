// A plan as sentences, so that tests read like what happens on the device.
import type { Step } from '#domain/agent-step.ts';

export function planText(steps: readonly Step[]): string[] {
  return steps.map((step) => {
    switch (step.kind) {
      case 'pull':
        return `pull image '${step.image}'`;
      case 'cancelPull':
        return `cancel pull of image '${step.image}'`;
      case 'create':
        return step.containerName.endsWith('.next')
          ? `create successor of module '${step.module}'`
          : `create module '${step.module}'`;
      case 'rename':
        return `rename '${step.containerName}' to '${step.to}'`;
      case 'start':
        return `${step.counted ? 'start again' : 'start'} module '${step.module}'`;
      case 'adopt':
        return 'adopt';
      case 'beginTrial':
        return 'begin';
      case 'enterPhase':
        return `enter ${step.trial.phase}`;
      case 'endTrial':
        return `end ${step.verdict ?? 'given up'}`;
      case 'stop':
      case 'remove':
      case 'restart':
        return `${step.kind} ${step.containerName === step.module ? 'module' : 'container'} '${step.containerName}'`;
    }
  });
}
