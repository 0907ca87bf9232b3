// What a new device is and how it proves who it is, each choice with what it means for whoever sets the device up.
import { Radio } from '@mantine/core';
import type { NewDevicesRequest } from '#contract/console-devices.ts';

export type Proof = NewDevicesRequest['authentication']['type'];

interface Choice<Value extends string> {
  readonly value: Value;
  readonly word: string;
  readonly meaning: string;
}

const kinds: readonly Choice<'edge' | 'plain'>[] = [
  { value: 'edge', word: 'Edge device', meaning: 'Runs the modules that deployments give it.' },
  { value: 'plain', word: 'Plain device', meaning: 'Sends and receives messages. Deployments do not concern it.' },
];

const proofs: readonly Choice<Proof>[] = [
  {
    value: 'sas',
    word: 'With a key that the hub makes',
    meaning: 'The usual way. The next step shows the connection string for the device.',
  },
  {
    value: 'selfSigned',
    word: 'With its own certificate',
    meaning: 'You enter the thumbprint of the certificate that is on the device.',
  },
  {
    value: 'certificateAuthority',
    word: 'With a certificate of this site’s authority',
    meaning: 'Its certificate was issued by this hub’s authority for this id.',
  },
];

export function KindChoice(props: { readonly isEdge: boolean; readonly onEdge: (isEdge: boolean) => void }) {
  return (
    <Radio.Group
      label="Kind of device"
      size="md"
      value={props.isEdge ? 'edge' : 'plain'}
      onChange={(value) => props.onEdge(value === 'edge')}
    >
      {kinds.map(choiceView)}
    </Radio.Group>
  );
}

export function ProofChoice(props: { readonly proof: Proof; readonly onProof: (proof: Proof) => void }) {
  return (
    <Radio.Group label="How it proves who it is" size="md" value={props.proof} onChange={props.onProof}>
      {proofs.map(choiceView)}
    </Radio.Group>
  );
}

function choiceView({ value, word, meaning }: Choice<string>) {
  return <Radio key={value} size="md" value={value} label={word} description={meaning} />;
}
