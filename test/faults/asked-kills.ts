// How often a test of kills kills: LANYARD_KILLS says a number, or `all` for as often as the product promises to stand.

const promisedKills = 200;

export function askedKills(usual: number): number {
  const asked = process.env['LANYARD_KILLS'];
  if (asked === undefined) return usual;
  const kills = asked === 'all' ? promisedKills : Number(asked);
  // A test that kills never would pass.
  if (!Number.isInteger(kills) || kills < 1) throw new Error(`LANYARD_KILLS is a number or 'all', not '${asked}'.`);
  return kills;
}
