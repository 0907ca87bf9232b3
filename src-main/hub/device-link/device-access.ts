// The access rule of the device link: an identity reads and writes its own topics and nothing else.
// One table for SUBSCRIBE, PUBLISH and the last will; whatever it does not name is refused.
import { identityKey, type Identity } from '#base/ids.ts';
import { moduleKeysAnswersFilter, parseModuleKeysRequest } from '#contract/agent-topics.ts';
import {
  parseDevicePublication,
  parseDeviceSubscription,
  type DevicePublication,
  type DeviceSubscription,
} from '#contract/device-topics.ts';

export type AllowedPublication = DevicePublication | { readonly kind: 'module-keys'; readonly requestId: string };
export type AllowedSubscription = DeviceSubscription | { readonly kind: 'module-keys-answers' };

/** What the publication is, or undefined when this identity may not make it. */
export function allowedPublication(identity: Identity, topic: string): AllowedPublication | undefined {
  const keysRequest = parseModuleKeysRequest(topic);
  if (keysRequest !== undefined)
    return isAgent(identity) ? { kind: 'module-keys', requestId: keysRequest.requestId } : undefined;
  const publication = parseDevicePublication(topic);
  if (publication?.kind === 'telemetry' && !isSame(publication.identity, identity)) return undefined;
  return publication;
}

/** What the subscription is, or undefined when this identity may not have it. */
export function allowedSubscription(identity: Identity, filter: string): AllowedSubscription | undefined {
  if (filter === moduleKeysAnswersFilter) return isAgent(identity) ? { kind: 'module-keys-answers' } : undefined;
  const subscription = parseDeviceSubscription(filter);
  if (subscription === undefined || !('identity' in subscription)) return subscription;
  return isSame(subscription.identity, identity) ? subscription : undefined;
}

/** A last will is a message to the hub, sent for the device: telemetry of its own, QoS 0 or 1. */
export function mayLeaveWill(identity: Identity, will: { readonly topic: string; readonly qos: number }): boolean {
  return will.qos < 2 && allowedPublication(identity, will.topic)?.kind === 'telemetry';
}

function isAgent(identity: Identity): boolean {
  return identity.moduleId === '$edgeAgent';
}

function isSame(left: Identity, right: Identity): boolean {
  return identityKey(left) === identityKey(right);
}
