// A plan as sentences, so that tests read like what happens on the device.
import type { Step } from '#domain/updates/agent-step.ts';

export function planText(steps: readonly Step[]): string[] {
  return steps.map((step) => {
    switch (step.kind) {
      case 'pull':
        return `pull image '${step.image}'`;
      case 'cancelPull':
        return `cancel pull of image '${step.image}'`;
      case 'removeImage':
        return `remove image '${step.image}'`;
      case 'create':
        return `create ${containerText(step)}`;
      case 'rename':
        return `rename '${step.containerName}' to '${step.to}'`;
      case 'start':
        return `${step.counted ? 'start again' : 'start'} ${containerText(step)}`;
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

function containerText({ module, containerName }: { readonly module: string; readonly containerName: string }): string {
  return `${containerName.endsWith('.next') ? 'successor of module' : 'module'} '${module}'`;
}
