// A module as a plan wants it, with defaults for what a test does not speak of.
import type { ModuleSpec } from '#domain/manifests/module-spec.ts';
import type { WantedModule } from '#domain/updates/plan-input.ts';

export function aWantedModule(spec: Partial<ModuleSpec> = {}, specHash: string | null = 'hash-1'): WantedModule {
  return {
    specHash,
    spec: {
      name: 'web',
      version: '1.0',
      image: 'web:1',
      status: 'running',
      restartPolicy: 'always',
      imagePullPolicy: 'on-create',
      startupOrder: 5,
      env: {},
      createOptions: {},
      createOptionsText: '',
      ...spec,
    },
  };
}
