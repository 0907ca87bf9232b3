// What a container engine tells of the machine it runs on, and of registries, for a look before a change. Nothing is changed by it.
import type { HostPort } from '#domain/manifests/host-port.ts';
import type { RegistryCredential } from '#domain/manifests/registry-credential.ts';

/** A port of the machine that leads to a container. */
export interface PublishedPort extends HostPort {
  readonly container: string;
  /** Of a container that this device's agent made. */
  readonly isOwn: boolean;
}

export interface OfferRequest {
  readonly image: string;
  readonly credential: RegistryCredential | null;
  readonly limitMs: number;
}

export type ImageOffer =
  | {
      readonly isOffered: true;
      /** As `os/architecture`; none where the registry does not say. */
      readonly platforms: readonly string[];
      /** What it will take of the device's disk, about; null: not known. */
      readonly sizeBytes: number | null;
    }
  /** `reason` in the engine's words. */
  | { readonly isOffered: false; readonly reason: string };

export interface Machine {
  /** The directory in which the engine keeps images; null: it does not say. */
  dataRoot(): Promise<string | null>;
  publishedPorts(): Promise<readonly PublishedPort[]>;
  /** Whether a pull would find the image; the registry is asked, and nothing is fetched. */
  offerOf(request: OfferRequest): Promise<ImageOffer>;
}
