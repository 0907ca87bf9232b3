// Files in: each item is checked against what is here, and then imported, all of them or each for itself, while the hub's other
// work goes on in between. A check says what the import would, because it is the same work, taken back.
import type { Clock } from '#base/clock.ts';
import type { ConsoleFiles, FileRequest } from '#contract/console-files.ts';
import type { FileReport, ItemReport } from '#contract/file-report.ts';
import type { DeploymentLimits } from '#domain/deployments/deployment-limits.ts';
import { createTurns, type Turns } from '#hub/turns/turns.ts';
import type { Store } from '#store/store-types.ts';
import { createFileExports } from './file-exports.ts';
import { itemsOf, type FileItem } from './file-items.ts';
import { readRequest } from './file-request.ts';
import { createFileTransactions } from './file-transactions.ts';
import { limitsInForce } from './settings-operations.ts';

interface FileParts {
  readonly store: Store;
  readonly clock: Clock;
  /** Of this run alone; they go before those of the site. */
  readonly limits?: Partial<DeploymentLimits>;
}

export function createDeploymentFiles({ store, clock, limits }: FileParts): ConsoleFiles {
  const transactions = createFileTransactions({ store, clock });

  const reportOf = async (
    request: FileRequest,
    work: (items: readonly FileItem[], turns: Turns) => Promise<readonly ItemReport[]>,
  ): Promise<FileReport> => {
    const turns = createTurns(clock);
    const read = await readRequest(request, turns);
    if (!read.ok) return { format: null, items: [], problems: read.problems, notices: [] };
    const { file, flags } = read.value;
    const options = { flags, isUpdating: request.existing === 'update', limits: limitsInForce(store.read, limits) };
    const items: FileItem[] = [];
    for (const item of itemsOf(store.read, file, options)) {
      items.push(item);
      await turns.next();
    }
    return { format: file.format, items: await work(items, turns), problems: [], notices: file.notices };
  };

  return {
    ...createFileExports({ store, clock }),
    checkFile: (request) => reportOf(request, transactions.tried),
    importFile: (request) => reportOf(request, (items, turns) => transactions.imported(items, turns, request)),
  };
}
