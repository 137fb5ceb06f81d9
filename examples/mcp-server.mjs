// A small MCP server on standard input and output, with one tool.
import { createInterface } from "node:readline";

const convert = {
    name: "to_fahrenheit",
    description: "Convert a temperature from Celsius to Fahrenheit",
    inputSchema: { type: "object", properties: { celsius: { type: "number" } }, required: ["celsius"] },
};

const answers = {
    initialize: ({ protocolVersion }) => ({
        protocolVersion,
        capabilities: { tools: {} },
        serverInfo: { name: "units", version: "1" },
    }),
    "tools/list": () => ({ tools: [convert] }),
    "tools/call": (call) => ({
        content: [{ type: "text", text: `${call.arguments.celsius * 1.8 + 32} °F` }],
    }),
};

for await (const line of createInterface({ input: process.stdin })) {
    const { id, method, params } = JSON.parse(line);
    if (id !== undefined) {
        console.log(JSON.stringify({ jsonrpc: "2.0", id, result: answers[method]?.(params) ?? {} }));
    }
}
