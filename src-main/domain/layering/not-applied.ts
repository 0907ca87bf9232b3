// Every deployment that matched a device and of which nothing applies, each with its reason in words (layering.md rule 8).
import type { AutomaticRecord } from './automatic-record.ts';
import type { EffectiveConfiguration } from './effective-configuration.ts';
import { notAppliedText } from './layering.ts';
import { outrankedOn, outrankedText } from './outranked.ts';

export interface NotApplied {
  readonly id: string;
  /** The twin that an automatic configuration matched, '' for the device's own; null for a deployment of modules. */
  readonly moduleId: string | null;
  readonly reason: string;
}

/**
 * Deployments of modules first, then configurations, twin by twin. A base below another: "outranked by other"; a configuration
 * whose only path `rate` a higher one writes too: "outranked by high at rate".
 */
export function notAppliedOf(
  effective: Pick<EffectiveConfiguration, 'notApplied' | 'origins'>,
  record: AutomaticRecord,
): readonly NotApplied[] {
  const deployments = Object.entries(effective.notApplied).map(([id, reason]) => {
    return { id, moduleId: null, reason: notAppliedText(reason) };
  });
  const configurations = outrankedOn(effective, record)
    .configurations.filter(({ shows }) => !shows)
    .map(({ id, moduleId, paths }) => ({ id, moduleId, reason: outrankedText(paths) }));
  return [...deployments, ...configurations];
}
