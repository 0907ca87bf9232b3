// The topics of the bare broker: one for each client, as long as the one that the hub tells a desired change under.
import { desiredChangeTopic } from '#contract/device-topics.ts';
import { deviceIdAt } from '#test/support/seed-site.ts';

export const goTopic = 'go';

export function bareTopicAt(index: number): string {
  return `bare/${deviceIdAt(index)}/desired`.padEnd(desiredChangeTopic(10).length, '-');
}
