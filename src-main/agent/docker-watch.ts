// Docker's events as a hint to look sooner. Nothing relies on them: the loop looks every few seconds anyway, so a stream that
// breaks is opened again without further ado.
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type Docker from 'dockerode';

const reopenMs = 5_000;

export function watchContainers(
  docker: Docker,
  { labels, onChange }: { readonly labels: readonly string[]; readonly onChange: () => void },
): () => void {
  const stopped = new AbortController();
  let timer: NodeJS.Timeout | undefined;

  async function follow(): Promise<void> {
    const events = ['create', 'start', 'die', 'destroy', 'rename', 'health_status'];
    const stream = (await docker.getEvents({
      filters: { type: ['container'], label: [...labels], event: events },
    })) as Readable;
    const close = (): void => {
      stream.destroy();
    };
    if (stopped.signal.aborted) close();
    stopped.signal.addEventListener('abort', close, { once: true });
    stream.on('data', onChange);
    await finished(stream);
  }

  function open(): void {
    // Either way the stream ended; the engine may be restarting.
    const again = (): void => {
      if (!stopped.signal.aborted) timer = setTimeout(open, reopenMs);
    };
    follow().then(again, again);
  }

  open();
  return () => {
    stopped.abort();
    clearTimeout(timer);
  };
}
