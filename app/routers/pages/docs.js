// Shows /openapi.json. Everything is built as nodes and text, so nothing in the file can become markup.
"use strict";

const METHODS = ["get", "post", "put", "patch", "delete"];

function node(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

// Text as people write it: what stands between backticks is code.
function prose(text) {
  return (text || "").split("`").map((part, place) => (place % 2 ? node("code", {}, part) : part));
}

function resolve(file, schema) {
  if (!schema || !schema.$ref) return schema || {};
  return schema.$ref.split("/").slice(1).reduce((part, step) => part[step], file);
}

function typeOf(file, schema) {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.anyOf) return schema.anyOf.map((one) => typeOf(file, one)).join(" | ");
  if (schema.type === "array") return `[${typeOf(file, schema.items)}]`;
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  return schema.format ? `${schema.type} (${schema.format})` : schema.type || "any";
}

function nested(file, schema) {
  if (!schema) return [];
  if (schema.$ref) return [schema.$ref];
  return [...(schema.anyOf || []), schema.items].flatMap((part) => nested(file, part));
}

function fields(file, schema, seen) {
  const model = resolve(file, schema);
  if (!model.properties) return null;
  const required = new Set(model.required || []);
  const rows = Object.entries(model.properties).map(([name, field]) =>
    node("tr", {},
      node("td", {}, node("code", {}, name), required.has(name) ? "" : " ?"),
      node("td", {}, node("code", {}, typeOf(file, field))),
      node("td", {}, ...prose(field.description || resolve(file, field).description))));
  const inner = Object.values(model.properties).flatMap((field) => nested(file, field))
    .filter((ref) => !seen.has(ref));
  const parts = [node("table", {}, ...rows)];
  for (const ref of new Set(inner)) {
    const table = fields(file, { $ref: ref }, new Set([...seen, ref]));
    if (table) parts.push(node("details", {}, node("summary", {}, ref.split("/").pop()), table));
  }
  return node("div", {}, ...parts);
}

function modelBlock(file, title, content, open) {
  const media = Object.values(content || {})[0];
  if (!media) return null;
  const example = media.example || exampleOf(file, media.schema);
  return node("details", open ? { open: "" } : {}, node("summary", {}, title),
    fields(file, media.schema, new Set([media.schema && media.schema.$ref])),
    example === undefined ? null : node("pre", {}, JSON.stringify(example, null, 2)));
}

function exampleOf(file, schema) {
  if (!schema) return undefined;
  if (schema.examples) return schema.examples[0];
  if (schema.example !== undefined) return schema.example;
  if (schema.$ref) return exampleOf(file, resolve(file, schema));
  if (schema.anyOf) return exampleOf(file, schema.anyOf[0]);
  if (schema.type === "array") {
    const one = exampleOf(file, schema.items);
    return one === undefined ? [] : [one];
  }
  if (!schema.properties) return undefined;
  return Object.fromEntries(Object.entries(schema.properties)
    .map(([name, field]) => [name, exampleOf(file, field)])
    .filter(([, value]) => value !== undefined));
}

function section(file, path, method, operation) {
  const parameters = (operation.parameters || []).map((one) =>
    node("tr", {},
      node("td", {}, node("code", {}, one.name), one.required ? "" : " ?"),
      node("td", {}, one.in),
      node("td", {}, ...prose(one.description))));
  const credentials = (operation.security || []).flatMap((one) => Object.keys(one)).join(", ");
  return node("section", { id: operation.operationId },
    node("h3", {}, node("span", { class: "method" }, method.toUpperCase()), node("code", {}, path)),
    node("p", {}, node("strong", {}, operation.summary || "")),
    node("p", {}, ...prose(operation.description)),
    credentials ? node("p", {}, "Credential: ", node("code", {}, credentials)) : null,
    parameters.length ? node("table", {}, ...parameters) : null,
    modelBlock(file, "Request", operation.requestBody && operation.requestBody.content, true),
    ...Object.entries(operation.responses).map(([status, one]) =>
      status < "400"
        ? modelBlock(file, `${status} ${one.description}`, one.content, false)
        : node("p", {}, node("code", {}, status), " ", ...prose(one.description))));
}

function show(file) {
  const contents = document.getElementById("contents");
  const operations = document.getElementById("operations");
  const tags = new Map();
  for (const [path, item] of Object.entries(file.paths)) {
    for (const method of METHODS) {
      if (!item[method]) continue;
      const tag = item[method].tags[0];
      if (!tags.has(tag)) tags.set(tag, []);
      tags.get(tag).push([path, method, item[method]]);
    }
  }
  operations.replaceChildren(node("h1", {}, `${file.info.title} ${file.info.version}`),
    ...(file.info.description || "").split("\n\n").map((text) => node("p", {}, ...prose(text))));
  for (const [tag, list] of tags) {
    contents.append(node("h2", {}, tag));
    operations.append(node("h2", {}, tag));
    for (const [path, method, operation] of list) {
      contents.append(node("a", { href: `#${operation.operationId}` }, operation.summary));
      operations.append(section(file, path, method, operation));
    }
  }
  if (location.hash) document.querySelector(location.hash)?.scrollIntoView();
}

fetch("/openapi.json").then((answer) => answer.json()).then(show);
