// The load generator's process: connects devices, lets them report, and times what they see.
import { answerWith } from './bench-process.ts';
import { createFleet, type ConnectOrder, type ReportOrder } from './device-fleet.ts';
import { timeRoundTrips, type RoundTripOrder } from './round-trips.ts';
import { timeTagChanges, type TagOrder } from './tag-changes.ts';

export type GeneratorOrder =
  | ({ readonly do: 'connect' } & ConnectOrder)
  | ({ readonly do: 'report' } & ReportOrder)
  | ({ readonly do: 'tag' } & TagOrder)
  | ({ readonly do: 'round-trips' } & RoundTripOrder)
  | { readonly do: 'close' };

const fleet = createFleet();

answerWith((order: GeneratorOrder): unknown => {
  switch (order.do) {
    case 'connect':
      return fleet.connect(order);
    case 'report':
      return fleet.report(order);
    case 'tag':
      return timeTagChanges(fleet.devices(), order);
    case 'round-trips':
      return timeRoundTrips(order);
    case 'close':
      return fleet.close();
  }
});
