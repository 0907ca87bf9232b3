// What pre-flight is judged from: modules that would come, and what a device saw.
import type { HostPort } from '#domain/manifests/host-port.ts';
import type { ImageSight, PreflightSight } from '#domain/rollouts/preflight.ts';
import type { PreflightModule } from '#domain/rollouts/preflight-request.ts';

export const aPort = (overrides: Partial<HostPort> = {}): HostPort => ({
  port: 8080,
  protocol: 'tcp',
  address: '',
  ...overrides,
});
export const aModule = (overrides: Partial<PreflightModule> = {}): PreflightModule => ({
  name: 'web',
  image: 'web:2',
  pullPolicy: 'on-create',
  strategy: '',
  hostPorts: [],
  ...overrides,
});
export const aSight = (overrides: Partial<PreflightSight> = {}): PreflightSight => ({
  platform: 'linux/amd64',
  freeBytes: 5e9,
  images: [],
  takenPorts: [],
  ...overrides,
});
export const present = (image = 'web:2', platforms: readonly string[] = ['linux/amd64']): ImageSight => ({
  image,
  state: 'present',
  platforms,
});
export const offered = (image = 'web:2', sizeBytes: number | null = null): ImageSight => ({
  image,
  state: 'offered',
  platforms: ['linux/amd64'],
  sizeBytes,
});
