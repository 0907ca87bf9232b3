// Who may do what on this site: there are no accounts, and this says plainly what stands in their place.
import { Link } from 'wouter';
import { historyPath } from '#renderer/words/paths.ts';

export function SettingsAccess() {
  return (
    <>
      <div className="surface scroll settings-table" role="region" aria-label="Rights" tabIndex={0}>
        <table className="grid">
          <thead>
            <tr>
              <th scope="col">Who</th>
              <th scope="col">May</th>
              <th scope="col">Gets in by</th>
              <th scope="col">In the history</th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">A person at this machine</th>
              <td>everything</td>
              <td>the address that each start of the hub prints anew; from this machine alone</td>
              <td>
                <Link href={`${historyPath}?who=console`} className="plain-link">
                  console
                </Link>
              </td>
            </tr>
            <tr>
              <th scope="row">Scripts, the az CLI</th>
              <td>everything that IoT Hub’s service API has, and push images</td>
              <td>the connection string below, from the network</td>
              <td>
                <Link href={`${historyPath}?who=service`} className="plain-link">
                  service
                </Link>
              </td>
            </tr>
            <tr>
              <th scope="row">A device</th>
              <td>its own twin and messages, and the images that it is to run</td>
              <td>its own key or certificate</td>
              <td>
                <Link href={`${historyPath}?who=device&kind=all`} className="plain-link">
                  device
                </Link>
              </td>
            </tr>
          </tbody>
        </table>
      </div>
      <p className="dimmed">
        There are no accounts and no roles: who sits at this machine is the technician. Lock its screen when you leave
        it.
      </p>
    </>
  );
}
