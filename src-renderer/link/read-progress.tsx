// How much of the list is here while it is read: counted, never guessed.
import { useProjection } from './projection-store.ts';

export function ReadProgress() {
  const read = useProjection((state) => state.devices.size);
  const toRead = useProjection((state) => state.devicesToRead);
  const isComplete = useProjection((state) => state.isComplete);
  return (
    <span className="dimmed devices-read" role="status">
      {isComplete || toRead === null
        ? isComplete
          ? ''
          : 'Reading the devices …'
        : `${Math.min(read, toRead).toLocaleString('en')} of ${toRead.toLocaleString('en')} read`}
    </span>
  );
}
