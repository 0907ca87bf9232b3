// MQTT over WebSocket at IoT Hub's path, for devices that may only speak HTTPS outward. Past the upgrade it is the same
// device link with the same guard, and the same proofs.
import type { IncomingMessage } from 'node:http';
import type { Server } from 'node:https';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { createWebSocketStream, WebSocketServer } from 'ws';
import type { DeviceLink } from './device-link.ts';
import { defaultPacketLimits } from './packet-guard.ts';

const path = '/$iothub/websocket';
const protocols = ['mqtt', 'mqttv3.1'];

/** Answers upgrades on `server`; returns how to end those that are open. */
export function acceptMqttWebSockets(server: Server, link: DeviceLink): () => void {
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    // A frame may carry several packets, but no more than the largest packet and its header.
    maxPayload: defaultPacketLimits.packetBytes + 5,
    handleProtocols: (offered) => protocols.find((protocol) => offered.has(protocol)) ?? false,
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Not `new URL`: it throws on what a stranger may write here.
    if (request.url?.split('?', 1)[0] !== path) {
      // Destroyed too: a peer that never closes its side would hold the connection for ever.
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n', () => socket.destroy());
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const stream = createWebSocketStream(webSocket);
      const tls = socket as TLSSocket;
      const { remoteAddress: address = '', remotePort: port = 0 } = tls;
      webSocket.on('error', (error) => {
        if (isOversize(error)) link.refuse({ address, reason: 'oversize-packet' });
      });
      link.take(stream, { address, port, certificate: tls.getPeerX509Certificate(), admit: () => undefined });
    });
  });
  return () => {
    for (const webSocket of sockets.clients) webSocket.terminate();
    sockets.close();
  };
}

function isOversize(error: Error): boolean {
  return 'code' in error && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
}
