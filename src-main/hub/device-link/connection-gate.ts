// Bounds what strangers can hold open: sockets in all, per address, and those that have not yet proved who they are.
// A silent socket is closed after `silentMs`; one that sends but does not log in, after `loginMs`. When too many wait,
// the one that has waited longest makes room, so that silence never keeps others out.
import type { Socket } from 'node:net';
import type { Clock } from '#base/clock.ts';
import type { Refusal } from './refusal-journal.ts';

export interface GateLimits {
  readonly sockets: number;
  readonly socketsPerAddress: number;
  /** Sockets before their login. */
  readonly strangers: number;
  readonly silentMs: number;
  readonly loginMs: number;
}

/** A site is one laptop and its devices, perhaps all behind one router. */
export const defaultGateLimits: GateLimits = {
  sockets: 16_000,
  socketsPerAddress: 8_000,
  strangers: 4_000,
  silentMs: 5_000,
  // A slow laptop needs half a minute for the handshakes of a whole fleet that comes at once.
  loginMs: 60_000,
};

export interface ConnectionGate {
  /** False: the socket was refused and destroyed. */
  enter(socket: Socket): boolean;
  /** The peer of this address and port has proved who it is. */
  admit(address: string, port: number): void;
  count(): number;
}

interface GateParts {
  readonly clock: Clock;
  readonly limits: GateLimits;
  readonly onRefused: (refusal: Refusal) => void;
}

export function createConnectionGate(parts: GateParts): ConnectionGate {
  const { limits } = parts;
  const perAddress = new Map<string, number>();
  const strangers = createStrangers(parts);
  let sockets = 0;

  function countUp(address: string): void {
    sockets += 1;
    perAddress.set(address, (perAddress.get(address) ?? 0) + 1);
  }

  function countDown(address: string): void {
    sockets -= 1;
    const left = (perAddress.get(address) ?? 1) - 1;
    if (left === 0) perAddress.delete(address);
    else perAddress.set(address, left);
  }

  return {
    enter(socket) {
      const address = socket.remoteAddress;
      // Gone before it was looked at.
      if (address === undefined) {
        socket.destroy();
        return false;
      }
      const isCrowd = (perAddress.get(address) ?? 0) >= limits.socketsPerAddress;
      if (isCrowd || sockets >= limits.sockets) {
        turnAway(parts, socket, address, isCrowd ? 'too-many-from-address' : 'too-many-sockets');
        return false;
      }
      const key = `${address}:${socket.remotePort ?? 0}`;
      countUp(address);
      strangers.watch(socket, address, key);
      socket.once('close', () => {
        countDown(address);
        strangers.settle(key);
      });
      return true;
    },
    admit: (address, port) => strangers.settle(`${address}:${port}`),
    count: () => sockets,
  };
}

/** Sockets that have not proved who they are, in order of arrival. */
function createStrangers(parts: GateParts) {
  const { clock, limits } = parts;
  const waiting = new Map<string, { readonly socket: Socket; readonly address: string; readonly cancel: () => void }>();
  return {
    watch(socket: Socket, address: string, key: string): void {
      const giveTime = (): void => {
        const restMs = limits.loginMs - limits.silentMs;
        cancel = clock.after(restMs, () => turnAway(parts, socket, address, 'connect-timeout'));
      };
      let cancel = clock.after(limits.silentMs, () => {
        if (socket.bytesRead > 0) return giveTime();
        // When we were busy, what it sent is not read yet: look again after the event loop has had its turn.
        cancel = clock.after(1, () => {
          if (socket.bytesRead > 0) giveTime();
          else turnAway(parts, socket, address, 'silent');
        });
      });
      waiting.set(key, { socket, address, cancel: () => cancel() });
      const [longest] = waiting.values();
      if (waiting.size > limits.strangers && longest !== undefined)
        turnAway(parts, longest.socket, longest.address, 'too-many-strangers');
    },
    settle(key: string): void {
      waiting.get(key)?.cancel();
      waiting.delete(key);
    },
  };
}

function turnAway({ onRefused }: GateParts, socket: Socket, address: string, reason: string): void {
  onRefused({ address, reason });
  socket.destroy();
}
