/* page.js - asks the service that served this page, and shows what it says.
 *
 * No framework, nothing from elsewhere. What comes from outside becomes text
 * nodes, never markup. */
"use strict";

const $ = (id) => document.getElementById(id);
const percent = (x) => `${(100 * x).toFixed(1)} %`;
const count = (n, what) => `${n.toLocaleString("en")} ${what}${n === 1 ? "" : "s"}`;

function element(name, className, text) {
  const e = document.createElement(name);

  if (className) e.className = className;
  if (text !== undefined) e.textContent = text;
  return e;
}

/* Labels are the model's own; those that begin so get a colour. */
function tone(label) {
  const found = /^(neg|neu|pos)/i.exec(label || "");

  return found ? { neg: "negative", neu: "neutral", pos: "positive" }[found[1].toLowerCase()] : "";
}

/* ---- the service ---- */

let key = ""; /* of the API, while this page is open */

/* What the service says went wrong, in its own words where it has some. */
async function reason(response) {
  const body = await response.text();
  const wait = response.headers.get("Retry-After");
  let said = "";

  try {
    const error = JSON.parse(body).error;

    said = typeof error === "string" ? error : error.message;
  } catch {
    said = response.statusText;
  }
  return `${said || "The service failed"} (${response.status})` + (wait ? `; try again in ${wait} s` : "");
}

async function ask(path, options = {}) {
  const headers = { ...options.headers };
  let response;

  if (key) headers.Authorization = `Bearer ${key}`;
  try {
    response = await fetch(path, { ...options, headers, cache: "no-store" });
  } catch (failure) {
    if (failure.name === "AbortError") throw failure;
    throw new Error("The service cannot be reached");
  }
  if (response.status === 401) $("access").hidden = false;
  if (!response.ok) throw new Error(await reason(response));
  return response;
}

async function askJson(path, options) {
  return (await ask(path, options)).json();
}

/* The lines of a body, as they come. */
async function* linesOf(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";

  for (;;) {
    const { done, value } = await reader.read();
    const lines = (rest + (done ? "" : value)).split("\n");

    rest = lines.pop();
    yield* lines;
    if (done) break;
  }
  if (rest) yield rest;
}

/* ---- one text ---- */

function bar(label, score) {
  const row = element("div", `bar ${tone(label)}`);
  const track = element("div", "track");
  const fill = element("div", "fill");

  fill.style.width = `${100 * score}%`;
  track.setAttribute("role", "meter");
  track.setAttribute("aria-label", label);
  track.setAttribute("aria-valuemin", 0);
  track.setAttribute("aria-valuemax", 100);
  track.setAttribute("aria-valuenow", (100 * score).toFixed(1));
  track.append(fill);
  row.append(element("span", "", label), track, element("span", "number", percent(score)));
  return row;
}

function showVerdict(answer) {
  const scores = Object.entries(answer.scores || { [answer.label]: answer.score });
  const notes = [];

  if (answer.metadata?.truncated) notes.push("Only the beginning was read: the text is longer than the model reads.");
  if (answer.metadata?.cache_hit) notes.push("Known already: answered from the cache.");
  $("label").textContent = `${answer.label}, ${percent(answer.score)}`;
  $("label").className = tone(answer.label);
  $("bars").replaceChildren(...scores.sort((a, b) => b[1] - a[1]).map(([label, score]) => bar(label, score)));
  $("note").textContent = notes.join(" ");
  $("words").hidden = $("words-note").hidden = true;
  $("verdict").hidden = false;
}

let verdict = null; /* the text that is shown, and its answer */

async function classifyOne(event) {
  const text = $("text").value;

  event.preventDefault();
  $("one-error").textContent = "";
  try {
    if (!text.trim()) throw new Error("Type a text first");
    verdict = { text, answer: await askJson("sentiment?scores", {
      method: "POST", body: text, headers: { "Content-Type": "text/plain" },
    }) };
    showVerdict(verdict.answer);
    $("why").hidden = wordsOf(text).length < 2;
  } catch (failure) {
    $("verdict").hidden = true;
    $("one-error").textContent = failure.message;
  }
}

/* ---- which words drive the label: as the command's explain has it ---- */

const WORDS = 1024; /* more are refused */

const wordsOf = (text) => [...text.matchAll(/[^ \t-\r]+/g)].map((m) => ({ start: m.index, end: m.index + m[0].length }));

/* The text without word i and the white space behind it; of the last one, before it. */
function without(text, words, i) {
  return i + 1 < words.length ? text.slice(0, words[i].start) + text.slice(words[i + 1].start)
    : text.slice(0, words[i - 1].end) + text.slice(words[i].end);
}

/* What the score of the text's label loses without each word. */
async function changesOf({ text, answer }, words) {
  const body = words.map((_, i) => `${JSON.stringify({ text: without(text, words, i) })}\n`).join("");
  const changes = [];

  for await (const line of linesOf(await ask("batch?scores", {
    method: "POST", body, headers: { "Content-Type": "application/x-ndjson" },
  }))) {
    const rest = line && JSON.parse(line);

    if (rest?.error) throw new Error(rest.error);
    if (rest) changes.push(answer.score - rest.scores[answer.label]);
  }
  return changes;
}

function wordMark(word, change, largest) {
  const mark = element("span", change > 0 ? `word for ${tone(verdict.answer.label)}` : "word against", word);

  mark.style.setProperty("--share", Math.abs(change) / largest);
  mark.title = (change > 0 ? "+" : "") + change.toFixed(3);
  return mark;
}

async function explainOne() {
  const asked = verdict, words = wordsOf(asked.text);

  $("one-error").textContent = "";
  $("why").disabled = true;
  try {
    if (words.length > WORDS) throw new Error(`The text has more than ${count(WORDS, "word")}: try a passage of it`);
    const changes = await changesOf(asked, words);
    const largest = Math.max(...changes.map(Math.abs)) || 1;

    if (asked !== verdict) return;
    $("words").replaceChildren(...words.flatMap((word, i) => [
      ...(i ? [" "] : []), wordMark(asked.text.slice(word.start, word.end), changes[i], largest)]));
    $("words-note").textContent = `Shaded words speak for “${asked.answer.label}”, underlined ones against it.`;
    $("words").hidden = $("words-note").hidden = false;
  } catch (failure) {
    $("one-error").textContent = failure.message;
  } finally {
    $("why").disabled = false;
  }
}

/* ---- many texts ---- */

const PAGE = 200; /* rows that are shown at once */
const many = { rows: [], total: 0, labels: [], shown: PAGE, by: "n", down: false, cancel: null };

/* RFC 4180: the fields of every row. */
function parseCsv(text) {
  const rows = [[]];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n][^,\r\n]*|))(,|\r?\n|\r|$)/y;

  while (field.lastIndex < text.length) {
    const found = field.exec(text);

    if (!found) throw new Error(`Row ${rows.length} of the CSV has a quote that is not closed or stands alone`);
    rows.at(-1).push(found[1] === undefined ? found[2] : found[1].replaceAll('""', '"'));
    if (found[3] !== ",") rows.push([]);
    else if (field.lastIndex === text.length) rows.at(-1).push("");
  }
  return rows.filter((row) => row.some((value) => value !== ""));
}

function textsOfCsv(text) {
  const [header = [], ...rows] = parseCsv(text);
  const column = header.findIndex((name) => name.trim().toLowerCase() === "text");

  if (column < 0) throw new Error(`The CSV has no column "text", only ${header.join(", ")}`);
  return rows.map((row) => row[column] ?? "");
}

function textsOfJsonLines(text) {
  return text.split("\n").filter((line) => line.trim()).map((line, i) => {
    let record;

    try {
      record = JSON.parse(line);
    } catch {
      throw new Error(`Line ${i + 1} is not JSON`);
    }
    if (typeof record?.text !== "string") throw new Error(`Line ${i + 1} has no field "text"`);
    return record.text;
  });
}

function textsOf(name, text) {
  const content = text.replace(/^\uFEFF/, "");

  if (/\.csv$/i.test(name)) return textsOfCsv(content);
  if (/\.(jsonl|ndjson)$/i.test(name)) return textsOfJsonLines(content);
  return content.split(/\r?\n/);
}

async function textsOfFile(file) {
  try {
    return textsOf(file.name, new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer()));
  } catch (failure) {
    throw failure instanceof TypeError ? new Error(`${file.name} is not UTF-8`) : failure;
  }
}

function addRow(text, answer) {
  many.rows.push({ ...answer, n: many.rows.length + 1, text });
  for (const label of Object.keys(answer.scores || {}))
    if (!many.labels.includes(label)) many.labels.push(label);
}

async function classifyMany(texts) {
  const body = texts.map((text) => `${JSON.stringify({ text })}\n`).join("");
  let painted = 0;

  Object.assign(many, { rows: [], total: texts.length, labels: [], shown: PAGE, cancel: new AbortController() });
  for await (const line of linesOf(await ask("batch?scores", {
    method: "POST", body, headers: { "Content-Type": "application/x-ndjson" }, signal: many.cancel.signal,
  }))) {
    if (!line) continue;
    addRow(texts[many.rows.length], JSON.parse(line));
    if (performance.now() - painted > 250) {
      paint();
      painted = performance.now();
    }
  }
  if (many.rows.length < texts.length)
    throw new Error(`The answer broke off after ${many.rows.length} of ${count(texts.length, "text")}`);
}

async function runMany(find) {
  if (many.cancel) return;
  $("many-error").textContent = "";
  try {
    const texts = (await find()).filter((text) => text.trim());

    if (!texts.length) throw new Error("There is no text in it");
    busy(true);
    await classifyMany(texts);
  } catch (failure) {
    $("many-error").textContent = failure.name === "AbortError" ? "Stopped" : failure.message;
  }
  busy(false);
  many.cancel = null;
  paint();
}

function busy(is) {
  $("run").disabled = is;
  $("cancel").hidden = !is;
  $("progress").hidden = !is;
  $("progress").removeAttribute("value");
  if (is) $("summary").textContent = "";
}

/* ---- the table ---- */

function columns() {
  return ["n", "label", "score", ...many.labels.map((label) => `scores.${label}`), "text"];
}

const titles = { n: "#", label: "Label", score: "Score", text: "Text" };
const title = (column) => titles[column] || column.slice("scores.".length);

function cell(row, column) {
  return column.startsWith("scores.") ? row.scores?.[column.slice("scores.".length)] : row[column];
}

/* Rows in the order asked for; what has no value, such as a failure, last. */
function sorted() {
  const sign = many.down ? -1 : 1;
  const words = new Intl.Collator();

  return [...many.rows].sort((a, b) => {
    const x = cell(a, many.by), y = cell(b, many.by);

    if (x == null || y == null) return (x == null) - (y == null) || a.n - b.n;
    return sign * (typeof x === "number" ? x - y : words.compare(x, y)) || a.n - b.n;
  });
}

function headCell(column) {
  const th = element("th");
  const button = element("button", "", title(column));

  th.scope = "col";
  if (column === many.by) th.setAttribute("aria-sort", many.down ? "descending" : "ascending");
  button.type = "button";
  button.dataset.column = column;
  button.addEventListener("click", () => {
    many.down = column === many.by ? !many.down : /^score/.test(column);
    many.by = column;
    paint();
    document.querySelector(`[data-column="${CSS.escape(column)}"]`).focus();
  });
  th.append(button);
  return th;
}

function bodyRow(row) {
  const tr = element("tr");

  tr.append(...columns().map((column) => {
    const value = cell(row, column);

    if (column === "n") return element("td", "number", value);
    if (column === "label")
      return row.error ? element("td", "negative", `error: ${row.error}`) : element("td", tone(value), value ?? "");
    if (column === "text") return element("td", "text", value);
    return element("td", "number", value == null ? "" : value.toFixed(3));
  }));
  return tr;
}

function summary() {
  const tally = new Map();

  for (const row of many.rows) {
    const what = row.error ? "failed" : row.label;

    tally.set(what, (tally.get(what) || 0) + 1);
  }
  return `${count(many.rows.length, "text")}: ` +
    [...tally].sort((a, b) => b[1] - a[1]).map(([what, n]) => `${n.toLocaleString("en")} ${what}`).join(", ");
}

function paint() {
  const rows = sorted();

  $("results").hidden = !rows.length;
  if (many.cancel) {
    $("progress").max = many.total;
    $("progress").value = rows.length;
  } else {
    $("summary").textContent = rows.length ? summary() : "";
  }
  $("columns").replaceChildren(...columns().map(headCell));
  $("rows").replaceChildren(...rows.slice(0, many.shown).map(bodyRow));
  $("more").hidden = rows.length <= many.shown;
  $("more").textContent = `Show more of ${rows.length.toLocaleString("en")}`;
}

function csvField(value) {
  const text = value == null ? "" : String(value);

  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/* Names and order of columns as classify --format csv has them. */
function downloadCsv() {
  const fields = [...columns().filter((column) => column !== "n"), "error"];
  const lines = [fields, ...sorted().map((row) => fields.map((column) => cell(row, column)))];
  const link = element("a");

  link.href = URL.createObjectURL(new Blob(
    lines.map((line) => `${line.map(csvField).join(",")}\r\n`), { type: "text/csv" }));
  link.download = "sentiment.csv";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

/* ---- live ---- */

/* Prometheus text to [{name, labels, value}]. */
function parseMetrics(text) {
  return text.split("\n").flatMap((line) => {
    const found = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line);

    if (!found) return [];
    const labels = Object.fromEntries([...(found[2] || "").matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)]
      .map((pair) => [pair[1], pair[2]]));
    return [{ name: found[1], labels, value: Number(found[3]) }];
  });
}

const TEXT_ROUTES = /^\/(sentiment|predict|v1\/|batch)/;

/* The counters that this page shows, of one moment. */
function reading(text) {
  const now = { at: performance.now(), requests: 0, hits: 0, misses: 0, buckets: new Map() };

  for (const { name, labels, value } of parseMetrics(text)) {
    if (name === "sentiment_http_requests_total" && TEXT_ROUTES.test(labels.route)) now.requests += value;
    else if (name === "sentiment_cache_hits_total") now.hits += value;
    else if (name === "sentiment_cache_misses_total") now.misses += value;
    else if (name === "sentiment_http_request_seconds_bucket" && TEXT_ROUTES.test(labels.route)) {
      const le = labels.le === "+Inf" ? Infinity : Number(labels.le);

      now.buckets.set(le, (now.buckets.get(le) || 0) + value);
    }
  }
  return now;
}

/* The smallest bound under which a share of what came between two readings lies. */
function quantile(was, now, share) {
  const counts = [...now.buckets].sort((a, b) => a[0] - b[0])
    .map(([le, n]) => [le, n - (was.buckets.get(le) || 0)]);
  const total = counts.at(-1)?.[1] || 0;

  return total ? counts.find((bucket) => bucket[1] >= share * total)[0] : null;
}

function milliseconds(seconds, last) {
  if (seconds === null) return last;
  return seconds === Infinity ? "over the scale" : `≤ ${Number((1000 * seconds).toPrecision(3))} ms`;
}

let before = null;

async function live() {
  try {
    if (!document.hidden) {
      const now = reading(await (await ask("metrics")).text());
      const was = before || { ...now, buckets: new Map(), hits: 0, misses: 0 };
      const hits = now.hits - was.hits, looked = hits + now.misses - was.misses;

      if (before) $("rate").textContent = (1000 * (now.requests - was.requests) / (now.at - was.at)).toFixed(1);
      if (looked) $("hits").textContent = percent(hits / looked);
      $("p50").textContent = milliseconds(quantile(was, now, 0.5), $("p50").textContent);
      $("p99").textContent = milliseconds(quantile(was, now, 0.99), $("p99").textContent);
      before = now;
    }
  } catch {
    before = null;
    for (const id of ["rate", "hits", "p50", "p99"]) $(id).textContent = "–";
  }
  setTimeout(live, 2000);
}

async function introduce() {
  try {
    const info = await askJson("info");

    $("model").textContent = [info.model_id || info.model, info.precision, info.device].filter(Boolean).join(" · ");
  } catch {
    $("model").textContent = "";
  }
}

/* ---- what the user does ---- */

$("one").addEventListener("submit", classifyOne);
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) classifyOne(event);
});
$("why").addEventListener("click", explainOne);
$("many").addEventListener("submit", (event) => {
  event.preventDefault();
  runMany(async () => textsOf("", $("lines").value));
});
$("file").addEventListener("change", () => {
  const file = $("file").files[0];

  if (file) runMany(() => textsOfFile(file));
  $("file").value = "";
});
$("cancel").addEventListener("click", () => many.cancel?.abort());
$("csv").addEventListener("click", downloadCsv);
$("more").addEventListener("click", () => {
  many.shown += PAGE;
  paint();
});
$("access").addEventListener("submit", (event) => {
  event.preventDefault();
  key = $("key").value.trim();
  $("key").value = "";
  $("access").hidden = true;
  $("one-error").textContent = $("many-error").textContent = "";
  introduce();
  $("text").focus();
});
for (const type of ["dragenter", "dragover", "dragleave", "drop"])
  $("drop").addEventListener(type, (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    $("drop").classList.toggle("over", type === "dragenter" || type === "dragover");
    if (type === "drop" && event.dataTransfer.files[0]) runMany(() => textsOfFile(event.dataTransfer.files[0]));
  });

introduce();
live();
