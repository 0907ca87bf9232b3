// The questions before many devices are tagged, or a deployment is written for them.
import { Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useLocation } from 'wouter';
import type { JsonObject } from '#base/json.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { DeployStart, useDeployStart } from '#renderer/pieces/deploy-start.tsx';
import { DialogView } from '#renderer/pieces/dialog-view.tsx';
import { conditionOfDevices } from '#renderer/words/paths.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { readTagLines } from '#renderer/words/tag-lines.ts';

const mostNames = 6;
/** More names than this make a condition that nobody reads. */
const mostInCondition = 50;

export function BulkTagDialog(props: {
  readonly deviceIds: readonly string[];
  readonly onTag: (patch: JsonObject) => void;
  readonly onClose: () => void;
}) {
  const { deviceIds } = props;
  const [text, setText] = useState('');
  const read = readTagLines(text, { canRemove: true });
  const count = devicesInWords(deviceIds.length);

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (read.ok && read.count > 0) props.onTag(read.tags);
  }

  return (
    <DialogView title={`Tag ${count}`} onClose={props.onClose}>
      <form onSubmit={submit}>
        <p>
          It hits {namesInWords(deviceIds)}. Deployments whose condition reads these tags follow at once: devices may be
          given other modules.
        </p>
        <Textarea
          label="Tags, one per line"
          description="site = north · place.floor = 2 · nothing behind the = takes the tag away"
          size="md"
          autosize
          minRows={3}
          maxRows={10}
          value={text}
          spellCheck={false}
          error={read.ok ? null : `Line ${read.line}: ${read.message}.`}
          classNames={{ input: 'mono' }}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <div className="dialog-acts">
          <Act variant="default" onClick={props.onClose}>
            Cancel
          </Act>
          <Act type="submit" disabled={!read.ok || read.count === 0}>
            Tag {count}
          </Act>
        </div>
      </form>
    </DialogView>
  );
}

export function BulkDeployDialog(props: {
  readonly deviceIds: readonly string[];
  /** The condition that was filtered by, where it means just these; null: another has to be made. */
  readonly condition: string | null;
  readonly onTag: () => void;
  readonly onClose: () => void;
}) {
  const { deviceIds, onTag } = props;
  const [, navigate] = useLocation();
  const start = useDeployStart(deviceIds);
  const condition = props.condition ?? namingCondition(deviceIds);
  const count = devicesInWords(deviceIds.length);
  if (condition === null)
    return (
      <DialogView title={`Deploy to ${count}`} onClose={props.onClose}>
        <p>
          A deployment reaches devices by a condition, and {deviceIds.length.toLocaleString('en')} names are too many
          for one: give them a tag, and deploy to the tag.
        </p>
        <div className="dialog-acts">
          <Act variant="default" onClick={props.onClose}>
            Cancel
          </Act>
          <Act onClick={onTag}>Tag them</Act>
        </div>
      </DialogView>
    );
  return (
    <DialogView title={`Deploy to ${count}`} onClose={props.onClose}>
      <p>
        It will be for {namesInWords(deviceIds)}
        {props.condition === null
          ? `, by ${deviceIds.length === 1 ? 'its name' : 'their names'}. A tag is better where a device may be exchanged for another.`
          : ' now, and for others that the condition comes to mean later.'}
      </p>
      <code className="code">{safeText(condition)}</code>
      <DeployStart {...start} />
      <div className="dialog-acts">
        <Act variant="default" onClick={props.onClose}>
          Cancel
        </Act>
        <Act variant="default" onClick={onTag}>
          Tag {deviceIds.length === 1 ? 'it' : 'them'} first
        </Act>
        <Act onClick={() => navigate(start.pathFor(condition))}>Write the deployment</Act>
      </div>
    </DialogView>
  );
}

/** Null: too many to name. */
function namingCondition(deviceIds: readonly string[]): string | null {
  if (deviceIds.length > mostInCondition) return null;
  return conditionOfDevices(deviceIds);
}

function devicesInWords(count: number): string {
  return count === 1 ? '1 device' : `${count.toLocaleString('en')} devices`;
}

function namesInWords(deviceIds: readonly string[]): string {
  const shown = deviceIds.slice(0, mostNames).map((id) => safeText(id));
  const more = deviceIds.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more.toLocaleString('en')} more` : shown.join(', ');
}
