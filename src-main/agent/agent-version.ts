// The version the agent reports of itself, as package.json has it.

export const agentVersion = '0.1.0';
