// What the machine of this site has left, and which version runs on it; told by the hub, nothing where it does not tell.
export function SiteFactsStrip() {
  return null;
}
