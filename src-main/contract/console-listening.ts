// Where the hub listens for devices and tools: what holds in this run, what a person chose for the next start, and what there is to
// choose from.
import { z } from 'zod';

/** What a bind calls all addresses of a machine. */
export const everyAddress = '0.0.0.0';

const port = z.int().min(1).max(65_535);

export const listeningRequest = z.strictObject({
  /** An address of this machine, `0.0.0.0` for all of them, or `127.0.0.1` for its own programs alone. */
  host: z.string().min(1).max(64),
  httpsPort: port,
  mqttPort: port,
});

export type Listening = Readonly<z.infer<typeof listeningRequest>>;

/** An address under which the network may reach this machine. */
export interface MachineAddress {
  readonly address: string;
  /** The network card that has it: `eth0`, `Wi-Fi`. */
  readonly card: string;
}

export interface ListeningView {
  /** What holds until the hub ends. */
  readonly now: Listening;
  /** What the next start takes, unless its flags say otherwise. */
  readonly next: Listening;
  /** Flags of this run that went before what was chosen: `--host`. */
  readonly flags: readonly string[];
  /** The address that was chosen, and that this machine did not have when the hub started; null: nothing was missed. */
  readonly missed: string | null;
  /** Of this moment; those that the network most likely knows come first. */
  readonly addresses: readonly MachineAddress[];
}

/** Who can reach the hub, as it stands now. */
export type SiteReach =
  /** `others`: addresses beside the one that devices are told. */
  | { readonly kind: 'network'; readonly others: readonly string[] }
  /** Programs of this machine alone. `missed` as above. */
  | { readonly kind: 'loopback'; readonly missed: string | null }
  /** It listens at every address, and the machine has none that a network knows. */
  | { readonly kind: 'no-network' };
