// What is looked at before a device may start, each answer a sentence. What the hub itself knows is answered here; what only the
// device knows (images, disk, ports) is asked of its agent where that can be asked, and is no obstacle where it cannot.
import type { Logger } from 'pino';
import type { DeviceId, ModuleId } from '#base/ids.ts';
import { isJsonObject, ownValue } from '#base/json.ts';
import { deploymentType } from '#domain/deployments/deployment-content.ts';
import type { EffectiveConfiguration, NotAppliedReason } from '#domain/layering/effective-configuration.ts';
import type { EdgeDeployment } from '#domain/records/deployment.ts';
import {
  allUnseenText,
  bad,
  good,
  reportOf,
  type PreflightFinding,
  type PreflightReport,
} from '#domain/rollouts/preflight-finding.ts';
import { preflightRequest, type PreflightRequest } from '#domain/rollouts/preflight-request.ts';
import type { PreflightAnswer } from '#domain/rollouts/rollout-event.ts';
import { childOf, textAt } from '#domain/updates/module-standing.ts';
import { turnsOf } from '#hub/evaluation/rollout-turns.ts';
import type { MethodOperations } from '#hub/hub-types.ts';
import { createDeploymentCatalog, type DeploymentCatalog } from '#hub/records/deployment-catalog.ts';
import { createAskLine } from '#hub/turns/ask-line.ts';
import type { StoreReaders } from '#store/store-types.ts';
import { createAskedImages } from './asked-images.ts';
import { agentSaysNothing, askDevice, canBeAsked, unasked, unseenOnDevice, type AskLimits } from './preflight-ask.ts';
import { admittedAfter } from './rollback-admission.ts';
import { isAwake } from './rollout-targets.ts';

const agentId = '$edgeAgent' as ModuleId;
const mostAskedAtOnce = 32;
/** It has just connected, and subscribes in the next moment. */
const usualLimits: AskLimits = { connectWithinMs: 5000, answerWithinMs: 20_000 };

export interface PreflightCase {
  readonly deployment: EdgeDeployment;
  readonly deviceId: DeviceId;
  /** Asked when its turn in the line comes: false, and it is not asked any more. */
  readonly isDue?: () => boolean;
  /** With a deployment in it that is only thought of; missing: the site's own. */
  readonly catalog?: DeploymentCatalog;
}

export interface Preflight {
  /** It may take as long as it needs: nobody starts meanwhile. Null: it was not due any more. */
  ask(asked: PreflightCase): Promise<PreflightAnswer | null>;
}

export interface SitePreflight extends Preflight {
  /** The same with all six answers, of a good device too, and with what was not looked at. */
  lookAt(asked: PreflightCase): Promise<PreflightReport | null>;
  /** Why it would not apply to a device for which it is meant, in one sentence; null: it would, or it lacks what `ask` names. */
  outranked(asked: Omit<PreflightCase, 'isDue'>): string | null;
  /** That the device is being asked about, and may look at meanwhile. */
  imagesAsked(deviceId: DeviceId): readonly string[];
}

export interface PreflightParts {
  readonly read: StoreReaders;
  readonly log: Logger;
  /** That of the evaluation, which follows each commit; missing: made anew for each device that needs it. */
  readonly catalog?: () => DeploymentCatalog;
  /** Missing: no device is asked. */
  readonly methods?: MethodOperations;
  readonly limits?: AskLimits;
}

export function createPreflight(parts: PreflightParts): SitePreflight {
  const { read, log, methods, limits = usualLimits } = parts;
  const askedImages = createAskedImages();
  const line = createAskLine(mostAskedAtOnce);
  const requestOf = createRequests();
  const catalogNow =
    parts.catalog ??
    (() => createDeploymentCatalog({ deployments: read.deployments.list(), rollouts: read.rollouts.numbers() }));
  const lookAt = async ({ deployment, deviceId, isDue = () => true, catalog }: PreflightCase) => {
    const effectiveNow = () => effectiveWith(read, catalog ?? catalogNow(), deployment, deviceId);
    const known = hubReport(read, effectiveNow, { deployment, deviceId });
    if (known.answer.kind !== 'go') return known;
    if (methods === undefined || !canBeAsked(read, deviceId)) return joined(known, unasked(agentSaysNothing));
    return line.ask(isDue, async () => {
      const effective = effectiveNow();
      // What ranks above hides all of it: nothing would change.
      if (effective?.applied.includes(deployment.id) !== true) return joined(known, unasked('it would not apply'));
      const request = requestOf(effective);
      const images = request.modules.map(({ image }) => image);
      const ask = () => askDevice({ methods, log, limits }, deviceId, request);
      return joined(known, await askedImages.during(deviceId, images, ask));
    });
  };
  return {
    imagesAsked: (deviceId) => askedImages.of(deviceId),
    lookAt,
    ask: async (asked) => (await lookAt(asked))?.answer ?? null,
    outranked({ deployment, deviceId, catalog }) {
      const effective = effectiveWith(read, catalog ?? catalogNow(), deployment, deviceId);
      return outrankedSentence(effective?.notApplied[deployment.id]);
    },
  };
}

/** What the hub knows, and what the device says, or why that is not known. */
function joined({ findings }: PreflightReport, ofDevice: PreflightReport): PreflightReport {
  const { answer, alsoTold } = ofDevice;
  return { answer, findings: [...findings.filter(isOfHub), ...ofDevice.findings], alsoTold };
}

function isOfHub({ question }: PreflightFinding): boolean {
  return question === 'awake' || question === 'base';
}

/** What evaluation would give it once the deployment may reach it. */
function effectiveWith(
  read: StoreReaders,
  catalog: DeploymentCatalog,
  { createdAtMs: number }: EdgeDeployment,
  deviceId: DeviceId,
): EffectiveConfiguration | null {
  const subject = read.twins.subject(deviceId);
  if (subject === undefined) return null;
  const { admitted } = turnsOf(read, catalog, deviceId);
  return catalog.match(subject, admittedAfter(read, deviceId, { number, isReached: true, admitted })).effective;
}

function outrankedSentence(reason: NotAppliedReason | undefined): string | null {
  if (reason === undefined || reason.reason === 'no-base') return null;
  const isBase = reason.reason === 'outranked';
  const base = isBase ? reason.by : reason.base;
  const why = isBase ? `base '${base}' ranks above it` : `its priority is not above that of base '${base}'`;
  return `It would not apply to it, for ${why}, and its images, disk and ports were not looked at: give it a higher priority.`;
}

/** Devices of one kind share one configuration. */
function createRequests(): (effective: EffectiveConfiguration) => PreflightRequest {
  const known = new WeakMap<EffectiveConfiguration, PreflightRequest>();
  return (effective) => {
    const request = known.get(effective) ?? preflightRequest(ownValue(effective.modules, agentId) ?? {});
    known.set(effective, request);
    return request;
  };
}

/** What the hub itself knows; the rest is told as not looked at where something stands in the way. */
function hubReport(
  read: StoreReaders,
  effectiveNow: () => EffectiveConfiguration | null,
  { deployment, deviceId }: PreflightCase,
): PreflightReport {
  const device = read.devices.get(deviceId);
  if (device?.isEdge !== true)
    return notForIt('It is no edge device, so it runs no modules: set its capability iotEdge to true.');
  const misfit = foreignImage(read, deployment, deviceId);
  const because = misfit === null ? 'that follows once this is mended' : 'the deployment is not for it';
  const unseenThere = unseenOnDevice(because);
  const findings = [
    awakeFinding(isAwake(read, deviceId), device.status === 'enabled'),
    baseFinding(read, effectiveNow, deployment),
    ...(misfit === null
      ? unseenThere
      : [bad('architecture', [misfit]), ...unseenThere.filter(({ question }) => question !== 'architecture')]),
  ];
  const report = reportOf(findings, [allUnseenText(because)]);
  if (report.answer.kind !== 'wait') return report;
  const obstacles = [...report.answer.obstacles, ...report.alsoTold];
  return { ...report, answer: { kind: 'wait', obstacles }, alsoTold: [] };
}

/** The deployment is not for the device at all: nothing of it was looked at. */
export function notForIt(reason: string): PreflightReport {
  return { answer: { kind: 'never', reason }, findings: [], alsoTold: [] };
}

function awakeFinding(isConnected: boolean, isEnabled: boolean): PreflightFinding {
  if (isConnected && isEnabled) return good('awake', 'It is connected.');
  return bad('awake', [
    ...(isConnected ? [] : ['It is not connected: switch it on.']),
    ...(isEnabled ? [] : ['It is disabled, so it cannot connect: enable it.']),
  ]);
}

function baseFinding(
  read: StoreReaders,
  effectiveNow: () => EffectiveConfiguration | null,
  deployment: EdgeDeployment,
): PreflightFinding {
  if (deploymentType(deployment.content) === 'base')
    return good('base', 'It needs no other base: the deployment is one.');
  // What is taken back from a device goes, whether a base is left for it or not.
  if ((read.rollouts.head(deployment.createdAtMs)?.takesBackNumber ?? null) !== null)
    return good('base', 'It needs no base: the deployment takes another back.');
  const base = effectiveNow()?.base ?? null;
  if (base !== null) return good('base', `Base '${base}' applies to it.`);
  return bad('base', [
    'No base deployment applies to it, and a layer alone changes nothing: deploy a base to it first.',
  ]);
}

// What IoT Edge's own images are named by; an image that names none is taken to fit.
const namedArchitecture = /[-.](amd64|arm32v7|arm64v8|arm64)$/;
const sameArchitecture: Readonly<Record<string, readonly string[]>> = {
  amd64: ['amd64', 'x86_64'],
  arm64: ['arm64', 'arm64v8', 'aarch64'],
  arm64v8: ['arm64', 'arm64v8', 'aarch64'],
  arm32v7: ['arm', 'arm32v7', 'armv7', 'armv7l', 'armhf'],
};

function foreignImage(read: StoreReaders, { content }: EdgeDeployment, deviceId: DeviceId): string | null {
  const reported = read.twins.reported({ deviceId, moduleId: agentId })?.value;
  const architecture = textAt(childOf(childOf(reported, 'runtime'), 'platform'), 'architecture');
  if (architecture === null) return null;
  for (const [name, image] of imagesIn(content)) {
    const wanted = namedArchitecture.exec(image)?.[1];
    if (wanted === undefined || sameArchitecture[wanted]?.includes(architecture.toLowerCase()) !== false) continue;
    return `Image '${image}' of module '${name}' is for ${wanted}, and the device is ${architecture}: deploy one for it.`;
  }
  return null;
}

/** Module → image, of a base and of the modules a layer writes whole. */
function imagesIn(content: EdgeDeployment['content']): readonly (readonly [string, string])[] {
  return Object.entries(content['$edgeAgent'] ?? {}).flatMap(([key, value]) => {
    if (!isJsonObject(value)) return [];
    const [, name] = /^properties\.desired\.modules\.([^.]+)$/.exec(key) ?? [];
    const modules = name === undefined ? childOf(value, 'modules') : { [name]: value };
    return Object.entries(modules).flatMap(([module, spec]) => {
      const image = textAt(childOf(spec, 'settings'), 'image');
      return image === null ? [] : [[module, image] as const];
    });
  });
}
