// What `npm start` passes to the hub: all flags as given, and a bare `--demo` means twelve devices.

const demoSize = '12';

export function startFlags(args: readonly string[]): readonly string[] {
  return args.flatMap((arg, index) => {
    const next = args[index + 1];
    const isBare = arg === '--demo' && (next === undefined || next.startsWith('-'));
    return isBare ? [arg, demoSize] : [arg];
  });
}
