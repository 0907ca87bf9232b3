// A site in memory for the benchmarks of pure evaluation: deployments of every kind of condition, and devices by number.
import type { DeviceId } from '#base/ids.ts';
import type { EdgeDeployment } from '#domain/records/deployment.ts';
import type { ConditionSubject } from '#domain/values/twin.ts';
import { aBase, aDeployment } from '#test/support/build-deployment.ts';
import { deviceIdAt } from '#test/support/seed-site.ts';
import { moduleContent } from './site-deployments.ts';

const sites = 10;
const roles = 5;
const rings = 4;

/** One base of ten modules for each site, and above it layers by role, ring, hall, model and single device, a hundred in all. */
export function mixedDeployments(): readonly EdgeDeployment[] {
  const images = Object.fromEntries(Array.from({ length: 10 }, (_, number) => [`m${number}`, `site/m${number}:1`]));
  const bases = upTo(sites, (site) =>
    aBase({ id: `base-${site}`, targetCondition: `tags.site = 'site-${site}'` }, images),
  );
  const conditions = [
    ...upTo(30, (number) => `tags.role = 'role-${number % roles}' AND tags.site = 'site-${number % sites}'`),
    ...upTo(
      15,
      (number) => `tags.ring IN ['ring-${number % rings}', 'ring-x'] AND NOT tags.site = 'site-${number % sites}'`,
    ),
    ...upTo(15, (number) => `tags.at.hall > ${number} AND tags.at.hall <= ${number + 2}`),
    ...upTo(15, (number) => `properties.reported.model = 'model-${number}' OR deviceId = '${deviceIdAt(number)}'`),
    ...upTo(15, (number) => `deviceId IN ['${deviceIdAt(number * 7)}', '${deviceIdAt(number * 11)}']`),
  ];
  const layers = conditions.map((targetCondition, number) =>
    aDeployment({
      id: `layer-${number}`,
      createdAtMs: number + 2,
      priority: 20 + (number % 7),
      targetCondition,
      content: moduleContent(`module-${number % 12}`),
    }),
  );
  return [...bases, ...layers];
}

export function memorySubjects(count: number): readonly ConditionSubject[] {
  return upTo(count, (number) => ({
    deviceId: deviceIdAt(number) satisfies DeviceId,
    tags: {
      site: `site-${number % sites}`,
      role: `role-${(number >> 3) % roles}`,
      ring: `ring-${number % rings}`,
      at: { hall: (number >> 5) % 18 },
      owner: 'nobody reads this',
    },
    reported: { model: `model-${number % 30}`, uptimeS: number },
  }));
}

function upTo<T>(count: number, make: (number: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, number) => make(number));
}
