// Checks the links between the pages of a folder: `node links.mjs FOLDER`. Each has to lead to a file
// of the folder, and to an element that is there. Other sites are not visited.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

const root = process.argv[2];
const pages = readdirSync(root, { recursive: true }).filter((file) => file.endsWith(".html"));
const ids = new Map();

function idsOf(file) {
    if (!ids.has(file)) {
        const html = readFileSync(join(root, file), "utf8");
        ids.set(file, new Set([...html.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1])));
    }
    return ids.get(file);
}

let checked = 0;
const broken = [];
for (const page of pages.filter((page) => page !== "404.html" && page !== "toc.html")) {
    const html = readFileSync(join(root, page), "utf8");
    for (const [, href] of html.matchAll(/<a\s[^>]*href="([^"]*)"/g)) {
        if (/^[a-z]+:/i.test(href)) continue;
        checked += 1;
        const [path, id] = decodeURI(href).split("#");
        const file = path === "" ? page : normalize(join(dirname(page), path));
        const there = existsSync(join(root, file)) && (!id || idsOf(file).has(id));
        if (!there) broken.push(`${page}: ${href}`);
    }
}
console.log(`${checked} links in ${pages.length} pages`);
if (checked === 0) broken.push("there are no links at all");
for (const link of broken) console.error(`broken: ${link}`);
process.exit(broken.length === 0 ? 0 : 1);
