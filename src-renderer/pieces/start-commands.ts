// What is typed on a device so that its agent runs and finds this hub: with the package, or from a copy of Lanyard.

/** Under which the authority's certificate is saved here, and is looked for there. */
export const savedAuthorityName = 'site-ca.pem';

/** Where nobody was chosen: the shape of a connection string. */
export const anyConnectionString = 'HostName=…;DeviceId=…;SharedAccessKey=…';

/** The files that the package's service reads (resources/packages/agent). */
export function packageCommands(connectionString: string): string {
  return [
    'sudo dpkg -i lanyard-agent_*.deb',
    `printf '%s\\n' ${inQuotes(connectionString)} | sudo install -m 600 /dev/stdin /etc/lanyard-agent/connection-string`,
    `sudo install -m 600 ${savedAuthorityName} /etc/lanyard-agent/hub-ca.pem`,
    'sudo systemctl restart lanyard-agent',
  ].join('\n');
}

export function agentCommand(connectionString: string, caFile: string): string {
  return `npm run agent -- --connection-string ${inQuotes(connectionString)} --ca ${inQuotes(caFile)}`;
}

/** For a shell: an id may hold a $ or a quote. */
function inQuotes(text: string): string {
  return /[$`\\!"]/.test(text) ? `'${text.replaceAll("'", String.raw`'\''`)}'` : `"${text}"`;
}
