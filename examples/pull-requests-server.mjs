// The part of GitHub's MCP server that a report needs, on standard input and output, with the pull requests of
// one repository.
import { createInterface } from "node:readline";

const pulls = [
    { number: 41, title: "Read comments", age_days: 3, approved: true },
    { number: 17, title: "Rewrite in another language", age_days: 212, approved: false },
    { number: 39, title: "Say where a string ends", age_days: 9, approved: false },
];

const text = { type: "string" };
const list = {
    name: "list_pull_requests",
    description: "List pull requests of a repository",
    inputSchema: {
        type: "object",
        properties: { owner: text, repo: text, state: { type: "string", enum: ["open", "closed", "all"] } },
        required: ["owner", "repo"],
    },
    annotations: { readOnlyHint: true },
};

const answers = {
    initialize: ({ protocolVersion }) => ({
        protocolVersion,
        capabilities: { tools: {} },
        serverInfo: { name: "github", version: "1" },
    }),
    "tools/list": () => ({ tools: [list] }),
    "tools/call": ({ arguments: { owner, repo } }) => {
        const known = `${owner}/${repo}` === "octo-org/parser";
        return { content: [{ type: "text", text: JSON.stringify(known ? pulls : []) }] };
    },
};

for await (const line of createInterface({ input: process.stdin })) {
    const { id, method, params } = JSON.parse(line);
    if (id !== undefined) {
        console.log(JSON.stringify({ jsonrpc: "2.0", id, result: answers[method]?.(params) ?? {} }));
    }
}
