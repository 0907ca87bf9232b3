// Who may import whom, as README's map says it and the linter must hold it.

/** Who may import whom, as README's map says it. */
export const rooms: Readonly<Record<string, readonly string[]>> = {
  base: [],
  domain: ['base'],
  contract: ['base', 'domain'],
  store: ['base', 'domain'],
  hub: ['base', 'domain', 'contract', 'store'],
  'service-api': ['base', 'domain', 'contract', 'hub'],
  registry: ['base', 'domain', 'contract', 'store'],
  agent: ['base', 'domain', 'contract'],
  entry: ['base', 'domain', 'contract', 'store', 'hub', 'service-api', 'registry', 'agent'],
  shell: ['base', 'contract'],
};
/** The same within the two largest rooms, in which each part knows only those before it. */
export const domainRooms: Readonly<Record<string, readonly string[]>> = {
  values: [],
  records: ['values'],
  conditions: ['values', 'records'],
  queries: ['conditions'],
  routes: ['values'],
  manifests: ['values', 'records', 'routes'],
  images: ['manifests'],
  updates: ['values', 'manifests'],
  deployments: ['values', 'records', 'conditions', 'queries', 'manifests'],
  journal: ['values', 'records', 'updates'],
  layering: ['values', 'records', 'manifests', 'updates', 'deployments'],
  rollouts: ['values', 'records', 'conditions', 'manifests', 'updates', 'layering'],
};
const hubOrder = [
  'turns',
  'certificates',
  'records',
  'evaluation',
  'device-link',
  'operations',
  'preview',
  'rollouts',
  'site',
  'console',
];
export const hubRooms = Object.fromEntries(hubOrder.map((room, place) => [room, hubOrder.slice(0, place)]));

/** The same within the page: what every screen is made of, from the bottom up, and the screens, which do not know each other. */
const pageParts = ['words', 'link', 'look', 'keys', 'pieces', 'tables', 'plots', 'editors'];
export const pageRooms: Readonly<Record<string, readonly string[]>> = {
  words: [],
  link: ['words'],
  look: ['link'],
  keys: ['link'],
  pieces: ['words', 'link', 'look', 'keys'],
  tables: ['words', 'link', 'look', 'keys', 'pieces'],
  plots: ['words', 'link', 'look', 'keys', 'pieces'],
  editors: ['words', 'link', 'look', 'keys', 'pieces'],
  site: pageParts,
  devices: pageParts,
  device: pageParts,
  deployments: pageParts,
  rollouts: pageParts,
  groups: pageParts,
  images: pageParts,
  live: pageParts,
  history: pageParts,
  settings: pageParts,
  frame: [
    ...pageParts,
    'site',
    'devices',
    'device',
    'deployments',
    'rollouts',
    'groups',
    'images',
    'live',
    'history',
    'settings',
  ],
};
