// What a command line asks for: flags for the hub, and files and links that the system hands over the same way (Windows and
// Linux; a second start is told by its command line alone).
import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { linkScheme, pathOfLink } from './deep-link.ts';

/** Something to show: a page by its address, or a file by its path. */
export type Opening =
  | { readonly kind: 'page'; readonly path: string }
  | { readonly kind: 'file'; readonly path: string };

/** The endings that our packages ask the system for. */
const fileEndings = ['.json', '.lanyard'];

/** An argument that is a file or a link, and no flag; null: it is neither. `cwd` is where the program was started. */
export function openingOf(argument: string, cwd: string): Opening | null {
  if (argument.startsWith('-')) return null;
  if (argument.startsWith(`${linkScheme}:`)) {
    const path = pathOfLink(argument);
    return path === null ? null : { kind: 'page', path };
  }
  const path = filePath(argument);
  if (path === null || !fileEndings.some((ending) => path.toLowerCase().endsWith(ending))) return null;
  return { kind: 'file', path: isAbsolute(path) ? path : resolve(cwd, path) };
}

/** Linux desktops hand files over as `file:` addresses. */
function filePath(argument: string): string | null {
  if (!argument.startsWith('file:')) return argument.includes('\0') ? null : argument;
  // An address that means no file of this machine, `file://elsewhere/x`, is refused by Node with an exception.
  try {
    return fileURLToPath(argument);
  } catch {
    return null;
  }
}

export interface Launch {
  /** For the hub, as they were given. */
  readonly hubFlags: readonly string[];
  readonly openings: readonly Opening[];
}

/**
 * The first start's command line. Files and links stand at its end, where the system puts them: so a file after a flag is the
 * flag's, unless the flag has its value already. A link that names no page goes with the flags, and the hub refuses it in words.
 */
export function readLaunch(args: readonly string[], cwd: string): Launch {
  const hubFlags: string[] = [];
  const openings: Opening[] = [];
  let isFlagsValue = false;
  for (const argument of args) {
    const opening = isFlagsValue ? null : openingOf(argument, cwd);
    if (opening === null) hubFlags.push(argument);
    else openings.push(opening);
    isFlagsValue = argument.startsWith('--') && !argument.includes('=') && argument !== '--rotate-service-key';
  }
  return { hubFlags, openings };
}

/** A second start's command line: its flags are for nobody, since the hub runs already, and Chromium puts some of its own in it. */
export function openingsIn(args: readonly string[], cwd: string): readonly Opening[] {
  return args.flatMap((argument) => openingOf(argument, cwd) ?? []);
}
