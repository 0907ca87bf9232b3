// MQTT over WebSocket at IoT Hub's path, for devices that may only speak HTTPS outward. Past the upgrade it is the same
// device link with the same guard; client certificates are not asked for here, as in IoT Hub.
import type { IncomingMessage } from 'node:http';
import type { Server } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
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
    if (new URL(request.url ?? '/', 'https://hub').pathname !== path) {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const stream = createWebSocketStream(webSocket);
      const { remoteAddress = '', remotePort = 0 } = socket as Socket;
      link.take(stream, { address: remoteAddress, port: remotePort, certificate: undefined, admit: () => undefined });
    });
  });
  return () => {
    for (const webSocket of sockets.clients) webSocket.terminate();
    sockets.close();
  };
}
