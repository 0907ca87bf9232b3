// `npm run demo`: the hub with a living site of twelve simulated devices. Flags are those of `npm run hub`.
process.argv.splice(2, 0, '--demo', '12');
await import('./hub-main.js');
