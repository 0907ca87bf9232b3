// From devices to the deployments meant for them.
import { expect, test } from 'vitest';
import type { DeviceId } from '#base/ids.ts';
import { parseCondition, type Condition } from '#domain/conditions/condition.ts';
import { targetsFor } from '#domain/deployments/targeting.ts';
import { aBase, aDeployment } from '#test/support/build-deployment.ts';

function parsed(text: string): Condition {
  const result = parseCondition(text);
  if (!result.ok) throw new Error(text);
  return result.value;
}

test('when several conditions match a device, it gets those deployments in the order given', () => {
  const aimed = [
    { deployment: aBase(), condition: parsed('*') },
    { deployment: aDeployment({ id: 'south' }), condition: parsed("tags.site = 'south'") },
    { deployment: aDeployment({ id: 'north' }), condition: parsed("tags.site = 'north'") },
    { deployment: aDeployment({ id: 'no-one' }), condition: parsed('') },
    { deployment: aDeployment({ id: 'unknown' }), condition: parsed("tags.ring != 'x'") },
  ];
  const subject = { deviceId: 'd' as DeviceId, tags: { site: 'north' }, reported: {} };
  expect(targetsFor(subject, aimed).map(({ id }) => id)).toEqual(['base', 'north']);
});
