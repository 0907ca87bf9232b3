// The hub's registry as the source of images: manifests whole and checked, blobs as they come. What it says is believed only as far as
// digests bear it out.
import type { Readable } from 'node:stream';
import { unready } from '#base/errors.ts';
import { createHubRequests, wholeBody, type HubRequestsOptions } from './hub-requests.ts';
import { digestOf, manifestTypes, mostManifestBytes, readManifest, type StoredManifest } from './image-manifest.ts';
import type { BlobAsk, ImageSource } from './image-source.ts';
import type { SiblingDoor } from './siblings.ts';

interface ManifestAsk {
  readonly repository: string;
  /** A tag or a digest. */
  readonly reference: string;
  readonly signal: AbortSignal;
}

export interface HubRegistry extends ImageSource {
  /** Null: it has it not, or not for this device. @throws unready `agent.image` when it cannot be asked now. */
  manifest(ask: ManifestAsk): Promise<StoredManifest | null>;
  /** Whether that is the address of this registry: an image may be named by it. */
  isAt(address: string): boolean;
  stop(): void;
}

interface HubRegistryOptions extends HubRequestsOptions {
  /** Not given: every blob comes from the hub itself. */
  readonly siblings?: SiblingDoor;
}

export function createHubRegistry(options: HubRegistryOptions): HubRegistry {
  const { siblings } = options;
  const hub = createHubRequests(options);
  return {
    get name() {
      return hub.name();
    },
    async manifest({ repository, reference, signal }) {
      const path = `/v2/${repository}/manifests/${reference}`;
      const answer = await hub.ask({ path, headers: { accept: manifestTypes.join(', ') }, signal, wants: 200 });
      if (answer === null) return null;
      const bytes = await wholeBody(answer, mostManifestBytes, hub.name());
      const isDigest = reference.startsWith('sha256:');
      const told = isDigest ? reference : answer.headers['docker-content-digest']?.toString();
      if (told !== undefined && told !== digestOf(bytes))
        throw unready('agent.image', `${hub.name()} sent a manifest that is not what its digest says (${told})`);
      return readManifest(bytes, (answer.headers['content-type'] ?? '').split(';', 1)[0]?.trim() ?? '');
    },
    async openBlob(blob: BlobAsk): Promise<Readable | null> {
      const { repository, digest, sizeBytes, fromByte, signal, onAlive } = blob;
      const range = fromByte > 0 ? { range: `bytes=${fromByte}-` } : {};
      const headers = { accept: 'application/octet-stream', ...range, ...siblings?.headersFor(digest) };
      const path = `/v2/${repository}/blobs/${digest}`;
      const wants = [fromByte > 0 ? 206 : 200, ...(siblings === undefined ? [] : [307])];
      const answer = await hub.ask({ path, headers, signal, onAlive, wants });
      siblings?.heard(digest, answer?.headers ?? {});
      if (answer?.statusCode === 307 && siblings !== undefined) {
        answer.resume();
        return siblings.fetch(answer.headers, blob);
      }
      if (answer === null) return null;
      const length = answer.headers['content-length'];
      const begins = fromByte === 0 || answer.headers['content-range']?.startsWith(`bytes ${fromByte}-`) === true;
      const due = sizeBytes - fromByte;
      if (begins && (length === undefined || Number(length) === due)) return answer;
      answer.destroy();
      const said = begins ? `${length} bytes` : 'another range';
      throw unready('agent.image', `${hub.name()} offers ${said} where ${due} from byte ${fromByte} are due`);
    },
    distrust: (digest) => siblings?.distrust(digest) ?? false,
    isAt: (address) => address === hub.address().toLowerCase(),
    stop: () => hub.stop(),
  };
}
