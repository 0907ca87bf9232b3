// Registers devices, one or many ids at once: how each proves who it is and what it is tagged, then what to start on it.
import { Progress, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { NewDeviceOutcome, NewDevicesRequest } from '#contract/console-devices.ts';
import { mostDevicesAtOnce } from '#contract/console-rows.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useProjection } from '#renderer/link/projection-store.ts';
import { useAction } from '#renderer/link/use-action.ts';
import { readNewDeviceIds } from '#renderer/words/new-device-ids.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { readTagLines } from '#renderer/words/tag-lines.ts';
import { Act } from './act.tsx';
import { AddedDevices } from './added-devices.tsx';
import { DialogView } from './dialog-view.tsx';
import { KindChoice, type Proof, ProofChoice } from './new-device-choices.tsx';
import { ProblemView } from './problem-view.tsx';

const thumbprintPattern = /^(?:[0-9A-Fa-f]{40}|[0-9A-Fa-f]{64})$/;

export function AddDeviceDialog({ onClose }: { readonly onClose: () => void }) {
  const [outcomes, setOutcomes] = useState<readonly NewDeviceOutcome[] | null>(null);
  const [isEdge, setIsEdge] = useState(true);
  if (outcomes !== null)
    return (
      <DialogView title={addedTitle(outcomes)} onClose={onClose}>
        <AddedDevices outcomes={outcomes} isEdge={isEdge} onAnother={() => setOutcomes(null)} onClose={onClose} />
      </DialogView>
    );
  return (
    <DialogView title="Add device" onClose={onClose}>
      <NewDeviceForm isEdge={isEdge} onEdge={setIsEdge} onAdded={setOutcomes} onClose={onClose} />
    </DialogView>
  );
}

function addedTitle(outcomes: readonly NewDeviceOutcome[]): string {
  const added = outcomes.filter(({ problem }) => problem === null);
  if (outcomes.length === 1) return added[0] === undefined ? 'Not added' : `${safeText(added[0].deviceId)} is added`;
  return `${added.length} of ${outcomes.length} devices are added`;
}

interface Form {
  readonly ids: string;
  readonly proof: Proof;
  readonly primary: string;
  readonly secondary: string;
  readonly tags: string;
}

const emptyForm: Form = { ids: '', proof: 'sas', primary: '', secondary: '', tags: '' };

function NewDeviceForm(props: {
  readonly isEdge: boolean;
  readonly onEdge: (isEdge: boolean) => void;
  readonly onAdded: (outcomes: readonly NewDeviceOutcome[]) => void;
  readonly onClose: () => void;
}) {
  const { isEdge, onEdge } = props;
  const devices = useProjection((state) => state.devices);
  const [form, setForm] = useState(emptyForm);
  const change = (part: Partial<Form>) => setForm((before) => ({ ...before, ...part }));
  const { ids, problem } = readNewDeviceIds(form.ids, (id) => devices.has(id));
  const tags = readTagLines(form.tags, { canRemove: false });
  const thumbprintProblem = form.proof === 'selfSigned' ? problemOfThumbprints(form) : null;
  const adding = useAdding(props.onAdded);
  const isReady = ids.length > 0 && problem === null && tags.ok && thumbprintProblem === null;

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (!isReady || !tags.ok || adding.isBusy) return;
    const { proof, primary, secondary } = form;
    const authentication =
      proof === 'selfSigned'
        ? { type: proof, primaryThumbprint: bare(primary), secondaryThumbprint: bare(secondary) }
        : { type: proof };
    adding.add(ids, { isEdge, authentication, tags: tags.count === 0 ? null : tags.tags });
  }

  return (
    <form onSubmit={submit} className="add-device">
      <Textarea
        label="Device id"
        description="For several devices, paste their ids or start new lines with Shift+Enter; then press Ctrl+Enter. All of them get the settings below."
        size="md"
        autosize
        minRows={1}
        maxRows={8}
        value={form.ids}
        spellCheck={false}
        autoComplete="off"
        error={problem === null ? null : safeText(problem)}
        data-autofocus
        onChange={(event) => change({ ids: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (!isAdding(event, form.ids)) return;
          event.preventDefault();
          event.currentTarget.form?.requestSubmit();
        }}
      />
      {ids.length > 1 && <p role="status">{ids.length.toLocaleString('en')} devices</p>}
      <KindChoice isEdge={isEdge} onEdge={onEdge} />
      <ProofChoice proof={form.proof} onProof={(proof) => change({ proof })} />
      {form.proof === 'selfSigned' && (
        <>
          <TextInput
            label="Thumbprint"
            size="md"
            value={form.primary}
            spellCheck={false}
            error={form.primary === '' ? null : thumbprintProblem}
            onChange={(event) => change({ primary: event.currentTarget.value })}
          />
          <TextInput
            label="Second thumbprint (optional)"
            description="Of the certificate that will take its place."
            size="md"
            value={form.secondary}
            spellCheck={false}
            onChange={(event) => change({ secondary: event.currentTarget.value })}
          />
        </>
      )}
      <Textarea
        label="Tags, one per line (optional)"
        description="For example: site = north"
        size="md"
        autosize
        minRows={1}
        maxRows={6}
        value={form.tags}
        spellCheck={false}
        error={tags.ok ? null : `Line ${tags.line}: ${tags.message}.`}
        onChange={(event) => change({ tags: event.currentTarget.value })}
      />
      {adding.problem !== null && (
        <ProblemView text={adding.problem} next="Try again: those that are there already are told." />
      )}
      {adding.isBusy && ids.length > mostDevicesAtOnce && (
        <Progress value={(adding.done / ids.length) * 100} aria-label={`${adding.done} of ${ids.length}`} />
      )}
      <div className="dialog-acts">
        <Act variant="default" onClick={props.onClose}>
          Cancel
        </Act>
        <Act type="submit" loading={adding.isBusy} disabled={!isReady}>
          {ids.length > 1 ? `Add ${ids.length.toLocaleString('en')} devices` : 'Add device'}
        </Act>
      </div>
    </form>
  );
}

/** A bounded number to a call. The keys that come back live in the dialog alone, so closing it ends what is left to do. */
function useAdding(onAdded: (outcomes: readonly NewDeviceOutcome[]) => void) {
  const client = useHub((state) => state.client);
  const action = useAction();
  const [done, setDone] = useState(0);
  const isOpen = useRef(true);
  useEffect(() => {
    isOpen.current = true;
    return () => {
      isOpen.current = false;
    };
  }, []);

  async function addAll(ids: readonly string[], alike: Omit<NewDevicesRequest, 'deviceIds'>): Promise<void> {
    if (client === null) throw new Error('The hub is not there: wait until it answers again.');
    const outcomes: NewDeviceOutcome[] = [];
    for (let at = 0; at < ids.length && isOpen.current; at += mostDevicesAtOnce) {
      const deviceIds = ids.slice(at, at + mostDevicesAtOnce);
      outcomes.push(...(await client.createDevices.mutate({ ...alike, deviceIds })));
      setDone(outcomes.length);
    }
    onAdded(outcomes);
  }

  return {
    isBusy: action.isBusy,
    problem: action.problem,
    done,
    add: (ids: readonly string[], alike: Omit<NewDevicesRequest, 'deviceIds'>) =>
      void action.run(() => addAll(ids, alike)),
  };
}

/** One line is one id, and Enter has nothing better to do; several lines go on until Ctrl+Enter. */
function isAdding(press: KeyboardEvent, ids: string): boolean {
  if (press.key !== 'Enter' || press.nativeEvent.isComposing) return false;
  return press.ctrlKey || press.metaKey || (!press.shiftKey && !ids.includes('\n'));
}

/** As tools print them, with colons between the bytes. */
function bare(thumbprint: string): string {
  return thumbprint.replaceAll(/[:\s]/g, '');
}

function problemOfThumbprints({ primary, secondary }: Form): string | null {
  const wrong = 'A thumbprint is 40 hex digits (SHA-1) or 64 (SHA-256).';
  if (!thumbprintPattern.test(bare(primary))) return wrong;
  return bare(secondary) === '' || thumbprintPattern.test(bare(secondary)) ? null : `The second: ${wrong}`;
}
