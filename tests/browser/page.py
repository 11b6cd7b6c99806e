"""The page, as a person uses it: in a real browser, against a real server.

    python3 tests/browser/page.py BUILD [PICTURES]

Prints one line a failure; PICTURES is a folder for the pictures in the documents.
"""
import contextlib
import csv
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import traceback
import urllib.request

from browser import ENTER, SHIFT, TAB, Browser, missing

sys.path.append(os.path.join(os.path.dirname(__file__), "..", "http"))
from server import serve  # noqa: E402

KEY = "a-key-for-the-test"

HEADLINE = "Profit rose 12% on record sales."
LINES = ["Profit doubled, and the dividend was raised.", "The plant will close and 400 jobs are cut.",
         "The annual meeting is held on 4 May.", 'A "quoted", comma,d headline says sales fell.']


def ask(url, body=None, key=None):
    request = urllib.request.Request(url, body and body.encode(), {"Authorization": f"Bearer {key}"} if key else {})
    with urllib.request.urlopen(request, timeout=30) as reply:
        return reply.read().decode(), reply.headers


def verdict(b):
    return b.wait("a verdict", lambda: b.run("return !document.getElementById('verdict').hidden") and b.text("#label"))


def column(b, n):
    return b.texts(f"#rows td:nth-child({n})")


def many(b, lines):
    b.run("document.getElementById('lines').value = ''")
    b.type("#lines", "\n".join(lines))
    b.click("#run")
    b.wait("the summary", lambda: b.text("#summary"))


def brightness(b):
    r, g, blue = map(int, re.findall(r"\d+", b.run("return getComputedStyle(document.body).backgroundColor"))[:3])
    return (r + g + blue) / 3


# ---- the tests; each begins on a fresh page ----

def a_typed_headline_gets_the_services_own_answer(b, url):
    b.type("#text", HEADLINE)
    b.click("#one button")
    shown = verdict(b)
    answer = json.loads(ask(url + "sentiment", HEADLINE)[0])
    assert shown == f"{answer['label']}, {100 * answer['score']:.1f} %", shown
    assert b.run("return document.getElementById('label').className") == answer["label"]


def every_label_has_a_bar_as_long_as_its_score(b, url):
    b.type("#text", HEADLINE + ENTER)
    verdict(b)
    scores = json.loads(ask(url + "sentiment?scores", HEADLINE)[0])["scores"]
    bars = b.run("return [...document.querySelectorAll('.bar')].map(r => [r.children[0].textContent,"
                 " r.querySelector('.fill').clientWidth / r.querySelector('.track').clientWidth,"
                 " Number(r.querySelector('[role=meter]').ariaValueNow) / 100])")
    assert [bar[0] for bar in bars] == sorted(scores, key=scores.get, reverse=True), bars
    for label, _, value in bars:
        assert abs(value - scores[label]) < .001, (label, value, scores)
    b.wait("the bars to be drawn", lambda: all(abs(b.run(
        "const r = document.querySelectorAll('.bar')[arguments[0]];"
        "return r.querySelector('.fill').clientWidth / r.querySelector('.track').clientWidth", i)
        - scores[bar[0]]) < .02 for i, bar in enumerate(bars)))


def the_words_that_drive_a_label_are_those_of_explain(b, url):
    text = "Profit rose 12%\t but the  outlook is weak"
    b.type("#text", text.replace("\t", " "))
    b.run("document.getElementById('text').value = arguments[0]", text)
    b.click("#one button")
    verdict(b)
    b.click("#why")
    b.wait("the words", lambda: b.run("return !document.getElementById('words').hidden"))
    shown = b.run("return [...document.querySelectorAll('.word')].map(w => [w.textContent, Number(w.title),"
                  " w.classList.contains('for')])")
    explained = json.loads(subprocess.run([CLI, "explain", text], check=True,
                                          capture_output=True).stdout)["words"]
    assert [w for w, _, _ in shown] == [w["word"] for w in explained], shown
    for (word, change, speaks_for), right in zip(shown, explained):
        assert abs(change - right["change"]) < .02 and speaks_for == (change > 0), (word, change, right)
    assert "speak for" in b.text("#words-note")
    low = b.run(CONTRAST)
    assert low == [], low


def one_word_has_nothing_to_explain(b, url):
    b.type("#text", "Profit" + ENTER)
    verdict(b)
    assert b.run("return document.getElementById('why').hidden")


def a_second_look_says_that_the_answer_was_known(b, url):
    b.type("#text", "Known " + HEADLINE + ENTER)
    verdict(b)
    b.click("#one button")
    b.wait("the note", lambda: "from the cache" in b.text("#note"))


def nothing_typed_is_said_in_words(b, url):
    b.click("#one button")
    assert b.wait("an error", lambda: b.text("#one-error")) == "Type a text first"


def markup_in_a_text_stays_text(b, url):
    many(b, ["<img src=x onerror=\"document.title='taken'\"><b>Sales fell</b>"])
    assert column(b, 7)[0].startswith("<img src=x"), column(b, 7)
    assert b.run("return document.title") == "Sentiment"
    assert b.run("return document.querySelectorAll('#rows img, #rows b').length") == 0


def the_policy_forbids_foreign_and_inline_code(b, url):
    policy = ask(url)[1]["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy, policy
    b.run("const s = document.createElement('script'); s.textContent = \"document.title = 'taken'\";"
          "document.body.append(s)")
    assert b.run("return document.title") == "Sentiment"
    assert any("Content Security Policy" in line for line in b.log())


def many_lines_become_a_table(b, url):
    many(b, [LINES[0], "", *LINES[1:]])
    assert column(b, 1) == ["1", "2", "3", "4"], column(b, 1)
    assert column(b, 7) == LINES, column(b, 7)
    for text, label, score in zip(LINES, column(b, 2), column(b, 3)):
        answer = json.loads(ask(url + "sentiment", text)[0])
        assert (label, score) == (answer["label"], f"{answer['score']:.3f}"), (text, label, score)
    assert b.text("#summary").startswith("4 texts: "), b.text("#summary")


def columns_sort_both_ways(b, url):
    many(b, LINES)
    b.click("[data-column=score]")
    down = list(map(float, column(b, 3)))
    assert down == sorted(down, reverse=True), down
    assert b.run("return document.querySelector('[aria-sort]').ariaSort") == "descending"
    b.click("[data-column=score]")
    assert list(map(float, column(b, 3))) == down[::-1], column(b, 3)
    b.click("[data-column=text]")
    assert column(b, 7) == b.run("return [...arguments[0]].sort(new Intl.Collator().compare)", LINES)
    b.click("[data-column=n]")
    assert column(b, 7) == LINES


def the_csv_holds_what_the_table_shows(b, url):
    folder = b.downloads()
    many(b, LINES)
    b.click("#csv")
    path = os.path.join(folder, "sentiment.csv")
    b.wait("the file", lambda: os.path.exists(path))
    with open(path, encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(io.StringIO(f.read())))
    os.unlink(path)
    assert [row["text"] for row in rows] == LINES, rows
    for row in rows:
        answer = json.loads(ask(url + "sentiment", row["text"])[0])
        assert (row["label"], float(row["score"])) == (answer["label"], answer["score"]), row


def file_of(suffix, content):
    with tempfile.NamedTemporaryFile("wb", suffix=suffix, delete=False) as f:
        f.write(content if isinstance(content, bytes) else content.encode())
    return f.name


def choose(b, suffix, content):
    path = file_of(suffix, content)
    try:
        b.run("document.getElementById('many-error').textContent = document.getElementById('summary').textContent = ''")
        b.type("#file", path)
        return b.wait("an end", lambda: b.text("#many-error") or b.text("#summary"))
    finally:
        os.unlink(path)


def files_of_three_kinds_are_read(b, url):
    quoted = io.StringIO()
    csv.writer(quoted).writerows([["id", "text"], *enumerate(LINES)])
    for suffix, content in ((".txt", "\ufeff" + "\r\n".join(LINES)), (".csv", quoted.getvalue()),
                            (".jsonl", "".join(json.dumps({"text": t, "id": 1}) + "\n" for t in LINES))):
        said = choose(b, suffix, content)
        assert said.startswith("4 texts"), (suffix, said)
        assert column(b, 7) == LINES, (suffix, column(b, 7))


def a_file_that_cannot_be_read_is_refused_in_words(b, url):
    for suffix, content, words in (
            (".txt", b"caf\xe9", "is not UTF-8"), (".csv", "id,title\n1,x\n", 'no column "text", only id, title'),
            (".csv", 'text\n"open', "quote that is not closed"), (".jsonl", '{"text":"a"}\n{', "Line 2 is not JSON"),
            (".jsonl", '{"body":"a"}', 'Line 1 has no field "text"'), (".txt", "\n\n", "no text in it")):
        said = choose(b, suffix, content)
        assert words in said, (content, said)


def a_dropped_file_is_read(b, url):
    b.run("const d = new DataTransfer(); d.items.add(new File(arguments[0], 'news.txt'));"
          "document.getElementById('lines').dispatchEvent("
          "new DragEvent('drop', { dataTransfer: d, bubbles: true, cancelable: true }))", ["\n".join(LINES)])
    b.wait("the summary", lambda: b.text("#summary").startswith("4 texts"))


def a_thousand_lines_are_shown_by_and_by(b, url):
    said = choose(b, ".txt", "\n".join(f"Sales of unit {i % 20} fell in week {i % 50}." for i in range(1000)))
    assert said.startswith("1,000 texts"), said
    assert len(column(b, 1)) == 200
    b.click("#more")
    assert len(column(b, 1)) == 400 and b.text("#more") == "Show more of 1,000"


def everything_is_reached_by_keyboard(b, url):
    assert b.focus() == "text"
    b.press(*HEADLINE, ENTER)
    verdict(b)
    seen = []
    b.press(SHIFT, TAB)
    assert b.focus() == "Skip to the text field", b.focus()
    b.press(ENTER, TAB)
    while b.focus() != "lines":
        seen.append(b.focus())
        b.press(TAB)
        assert len(seen) < 5, seen
    assert seen == ["Classify", "why"], seen
    b.press(*LINES[0], ENTER, *LINES[1], TAB)
    assert b.focus() == "run"
    b.press(ENTER)
    b.wait("the summary", lambda: b.text("#summary").startswith("2 texts"))
    b.press(TAB)
    assert b.focus() == "file", b.focus()
    b.press(TAB)
    assert b.focus() == "csv", b.focus()
    b.press(TAB, TAB, TAB, TAB)
    assert b.focus() == "score", b.focus()
    b.press(ENTER)
    assert b.focus() == "score" and b.run("return document.querySelector('[aria-sort]').innerText").startswith("Score")


def every_field_has_a_name_and_every_answer_is_announced(b, url):
    nameless = b.run("return [...document.querySelectorAll('input, textarea, button')]"
                     ".filter(e => !(e.labels?.length || e.innerText || e.textContent.trim())).map(e => e.id)")
    assert nameless == [], nameless
    live = b.run("return [...document.querySelectorAll('[role=status], [role=alert]')].map(e => e.id)")
    assert live == ["one-error", "label", "words-note", "many-error", "summary"], live
    assert b.run("return document.documentElement.lang") == "en"


def contrast_is_enough_in_light_and_dark(b, url):
    """WCAG 2: 4.5 between text and ground."""
    many(b, LINES)
    for dark in (False, True):
        b.screen(1000, 900, dark=dark)
        assert (brightness(b) < 64) == dark, brightness(b)
        low = b.run(CONTRAST)
        assert low == [], low


CONTRAST = """
const part = (v) => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
const light = (c) => { const scale = c.startsWith('color') ? 255 : 1;
    const [r, g, b] = c.match(/[\\d.]+/g).map((v) => Number(v) * scale);
    return .2126 * part(r) + .7152 * part(g) + .0722 * part(b); };
const ground = (e) => { for (; e; e = e.parentElement) {
    const c = getComputedStyle(e).backgroundColor; if (!/, 0\\)$/.test(c)) return c; } };
return [...document.querySelectorAll('h1, h2, p, label, button, th button, td, dt, dd, span, a, kbd, code')]
    .filter((e) => e.innerText && e.checkVisibility() && !e.disabled).map((e) => {
        const x = light(getComputedStyle(e).color), y = light(ground(e));
        return [e.innerText, (Math.max(x, y) + .05) / (Math.min(x, y) + .05)];
    }).filter(([, ratio]) => ratio < 4.5);
"""


def a_phone_scrolls_in_one_direction_and_has_room_for_a_thumb(b, url):
    b.screen(360, 740, phone=True)
    b.type("#text", HEADLINE + ENTER)
    verdict(b)
    many(b, LINES)
    assert b.run("return document.documentElement.scrollWidth") <= 360
    small = b.run("return [...document.querySelectorAll('button, .button')].filter(e => e.checkVisibility())"
                  ".filter(e => e.offsetHeight < 40).map(e => e.innerText)")
    assert small == [], small


def live_figures_follow_the_service(b, url):
    b.wait("a first reading", lambda: b.text("#rate") != "–")
    ask(url + "sentiment", "Live " + HEADLINE)
    ask(url + "sentiment", "Live " + HEADLINE)
    b.wait("requests a second", lambda: float(b.text("#rate")) > 0)
    b.wait("a share of hits", lambda: "%" in b.text("#hits"))
    b.wait("a latency", lambda: b.text("#p50").endswith("ms") or "scale" in b.text("#p50"))


def what_the_service_says_is_shown(b, url):
    b.run("const real = fetch; window.fetch = (p, o) => String(p).startsWith('sentiment') ? Promise.resolve("
          "new Response('{\"error\":\"the queue is full\",\"error_type\":\"overloaded\"}',"
          "{ status: 503, headers: { 'Retry-After': '2' } })) : real(p, o)")
    b.type("#text", HEADLINE + ENTER)
    b.wait("words", lambda: b.text("#one-error") == "the queue is full (503); try again in 2 s")
    b.run("window.fetch = () => Promise.reject(new TypeError('Failed to fetch'))")
    b.click("#one button")
    b.wait("words", lambda: b.text("#one-error") == "The service cannot be reached")


def a_key_is_asked_for_only_where_it_is_needed(b, url):
    b.wait("the model's name", lambda: b.text("#model"))
    assert b.run("return document.getElementById('access').hidden")
    b.open(KEYED_URL)
    b.wait("the field", lambda: not b.run("return document.getElementById('access').hidden"))
    b.type("#key", "wrong" + ENTER)
    b.wait("the field again", lambda: not b.run("return document.getElementById('access').hidden"))
    b.type("#text", HEADLINE + ENTER)
    b.wait("words", lambda: "(401)" in b.text("#one-error"))
    b.type("#key", KEY + ENTER)
    b.type("#text", ENTER)
    verdict(b)
    assert KEY not in b.run("return document.documentElement.outerHTML + JSON.stringify([localStorage, sessionStorage])")


def pictures(b, url, folder):
    news = open("examples/headlines.txt", encoding="utf-8").read().splitlines()
    b.screen(760, 1000)
    b.open(url)
    b.type("#text", news[0] + ENTER)
    verdict(b)
    b.click("#why")
    b.wait("the words", lambda: b.texts(".word"))
    many(b, news)
    b.click("[data-column=score]")
    for _ in range(20):
        ask(url + "sentiment", news[0])
    b.wait("a latency", lambda: b.text("#p50") != "–")
    b.run("document.activeElement.blur(); scrollTo(0, 0)")
    height = b.run("return document.documentElement.scrollHeight")
    b.screen(760, height)
    b.picture(f"{folder}/page.png")
    b.screen(360, 740, phone=True, dark=True)
    b.run("scrollTo(0, 0)")
    b.picture(f"{folder}/page-phone-dark.png")


TESTS = [
    a_typed_headline_gets_the_services_own_answer, every_label_has_a_bar_as_long_as_its_score,
    the_words_that_drive_a_label_are_those_of_explain, one_word_has_nothing_to_explain,
    a_second_look_says_that_the_answer_was_known, nothing_typed_is_said_in_words, markup_in_a_text_stays_text,
    the_policy_forbids_foreign_and_inline_code, many_lines_become_a_table, columns_sort_both_ways,
    the_csv_holds_what_the_table_shows, files_of_three_kinds_are_read, a_file_that_cannot_be_read_is_refused_in_words,
    a_dropped_file_is_read, a_thousand_lines_are_shown_by_and_by, everything_is_reached_by_keyboard,
    every_field_has_a_name_and_every_answer_is_announced, contrast_is_enough_in_light_and_dark,
    a_phone_scrolls_in_one_direction_and_has_room_for_a_thumb, live_figures_follow_the_service,
    what_the_service_says_is_shown, a_key_is_asked_for_only_where_it_is_needed]


def attempt(b, url, test):
    b.screen(1000, 900)
    b.open(url)
    b.log()
    try:
        test(b, url)
        said = [] if test is the_policy_forbids_foreign_and_inline_code else b.log()
        assert said == [], f"the console says {said}"
        return 0
    except (AssertionError, RuntimeError, OSError) as failure:
        where = traceback.extract_tb(failure.__traceback__)[:2][-1]
        print(f"FAILED {test.__name__}: line {where.lineno}: {failure}")
        return 1


def main(build, folder=None):
    global KEYED_URL, CLI
    if why := missing():
        print(f"the page in a browser: skipped: {why}")
        return 0
    CLI = os.path.join(build, "bin/sentiment-cli")
    failed = 0
    with contextlib.ExitStack() as stack:
        keys = stack.enter_context(tempfile.NamedTemporaryFile("w", suffix=".keys"))
        keys.write(KEY + "\n")
        keys.flush()
        server = stack.enter_context(serve(build, engine="bundled"))
        keyed = stack.enter_context(serve(build, "--api-keys", keys.name))
        KEYED_URL = keyed.url + "/"
        b = stack.enter_context(contextlib.closing(Browser()))
        for test in TESTS:
            failed += attempt(b, server.url + "/", test)
        if folder:
            pictures(b, server.url + "/", folder)
    print(f"the page in a browser: {len(TESTS)} tests, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
