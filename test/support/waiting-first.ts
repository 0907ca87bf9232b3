// The order of the files: those that mostly wait (for an engine, for processes) begin first, so that they wait beside each
// other and beside what needs the processor, and none of them is what everybody waits for at the end.
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const isWaiting = ({ moduleId }: TestSpecification): boolean =>
  moduleId.includes('.docker.') || /\/test\/(e2e|faults)\//.test(moduleId);

export class WaitingFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const usual = await super.sort(files);
    return [...usual.filter((file) => isWaiting(file)), ...usual.filter((file) => !isWaiting(file))];
  }
}
