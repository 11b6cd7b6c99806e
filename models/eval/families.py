"""Behavioural tests of a sentiment model, in the manner of CheckList.

    python3 families.py > families.jsonl

Each family is one ability. Its cases come from a rule (which word, which sign,
which wording), so that two cases differ in more than a name; `spread` takes at
most CASES of all combinations, evenly, without chance. A row is {"text",
"label", "family"}; rows of the invariance families also have a "group": one
sentence in several guises, whose answers must all be the same.
"""
import itertools
import json

CASES = 24
NEG, NEU, POS = "negative", "neutral", "positive"
FLIP = {NEG: POS, POS: NEG, NEU: NEU}

GOOD = ["Net profit", "Operating income", "Quarterly revenue", "The order backlog", "Like-for-like sales",
        "Free cash flow", "The profit margin", "Consumer spending"]
BAD = ["The net loss", "Unemployment", "The default rate", "Production costs", "Net debt",
       "The number of complaints", "The vacancy rate", "Overdue payments"]
WHO = ["The airline", "Morvane plc", "The bank", "A regional brewer", "The Swiss watchmaker", "Kallio Oyj"]


def spread(*axes, cases=CASES):
    """At most `cases` of the axes' product, evenly spaced by a step coprime to its size."""
    rows = list(itertools.product(*axes))
    if len(rows) <= cases:
        return rows
    step = max(1, int(len(rows) * 0.618))
    while any(step % p == 0 and len(rows) % p == 0 for p in range(2, step + 1)):
        step += 1
    return [rows[i * step % len(rows)] for i in range(cases)]


def cap(text):
    return text[0].upper() + text[1:]


def low(text):
    return text if text.split()[0].endswith(("plc", "Oyj")) or text.startswith(("Morvane", "Kallio")) \
        else text[0].lower() + text[1:]


def frames(label, texts, *axes):
    """Every text is a str.format pattern over the axes."""
    return [(t.format(*v), label) for t, *v in spread(texts, *axes)]


UP = ["rose", "climbed", "increased", "went up", "grew"]
DOWN = ["fell", "dropped", "decreased", "went down", "shrank"]


def directions():
    by = ["by 4 percent", "to a two-year {}", "in the second quarter", "for the third month running"]
    ends = lambda up: [b.format("high" if up else "low") for b in by]
    yield "good measure up", frames(POS, ["{} {} {}."], GOOD, UP, ends(True))
    yield "good measure down", frames(NEG, ["{} {} {}."], GOOD, DOWN, ends(False))
    yield "bad measure up", frames(NEG, ["{} {} {}."], BAD, UP, ends(True))
    yield "bad measure down", frames(POS, ["{} {} {}."], BAD, DOWN, ends(False))
    loss = ["The loss", "The operating loss", "The deficit", "The net loss for the year", "The shortfall"]
    yield "loss narrowed", frames(POS, ["{} {} {}."], loss, ["narrowed", "shrank", "was reduced", "was cut"],
                                  ["to EUR 2 million from EUR 7 million", "by a third", "sharply"])
    yield "loss widened", frames(NEG, ["{} {} {}."], loss, ["widened", "grew", "deepened", "swelled"],
                                 ["to EUR 7 million from EUR 2 million", "by a third", "sharply"])
    yield "into profit", frames(POS, ["{} {}."], WHO, [
        "swung to a profit", "returned to profit", "made a profit after last year's loss", "moved back into the black",
        "earned EUR 3 million, compared with a loss of EUR 5 million"])
    yield "into loss", frames(NEG, ["{} {}."], WHO, [
        "swung to a loss", "fell back into loss", "made a loss after last year's profit", "slid into the red",
        "lost EUR 3 million, compared with a profit of EUR 5 million"])
    yield "sign decided by the measure", [
        (f"{m} {v}.", (POS if v in ("doubled", "hit a record") else NEG) if m in GOOD else
         (NEG if v in ("doubled", "hit a record") else POS))
        for m, v in spread(GOOD + BAD, ["doubled", "hit a record", "halved", "were only half of last year's"])]


def negations():
    yield "not a good thing", frames(NEG, ["{} {}."], WHO, [
        "did not meet its target", "was not able to win new customers", "has not returned to growth",
        "never recovered from the downturn", "could not sell the division", "will not pay a bonus dividend after all",
        "is not profitable", "no longer expects to grow"])
    yield "not a bad thing", frames(POS, ["{} {}."], WHO, [
        "did not lose any customers", "was not hurt by the crisis", "will not have to cut jobs",
        "has no debt left", "did not have to write anything off", "avoided a strike",
        "no longer makes a loss", "is not going to close the plant after all"])
    yield "without", [(t.format(w), y) for t, y, w in [(t, y, w) for w in WHO for t, y in (
        ("{} completed the project without delays.", POS), ("{} was left without financing.", NEG),
        ("{} came through the year without a loss.", POS), ("{} ended the year without a single new order.", NEG))]]
    yield "failed or succeeded", [(f"{w} {v} {o}.", y) for w, (v, y), o in spread(
        WHO, [("failed to", NEG), ("managed to", POS), ("was unable to", NEG), ("succeeded in its plan to", POS)],
        ["cut its costs", "raise new capital", "win back customers", "sell the loss-making unit"])]
    exposed = ["the airline", "the carmaker", "the region", "Kallio Oyj"]
    harms = ["a default", "bankruptcy", "a strike", "a downgrade", "a recession", "a shutdown"]
    yield "harm averted", frames(POS, ["For {0}, {1} was averted.", "The danger of {1} is over for {0}.", "For now {0} has escaped {1}.",
                                       "In the end {0} fended off {1}."], exposed, harms)
    yield "harm threatens", frames(NEG, ["For {0}, {1} is looming.", "The danger of {1} is growing for {0}.", "By all accounts {0} is heading for {1}.",
                                         "Once more {0} is threatened by {1}."], exposed, harms)
    yield "end of bad or good", [(f"{a} {n} {e}.", y if e.startswith(("is over", "has come")) else FLIP[y]) for a, (n, y), e in spread(
        ["The"], [("slump", POS), ("boom", NEG), ("crisis", POS), ("growth spurt", NEG), ("downturn", POS), ("upswing", NEG)],
        ["is over", "has come to an end", "goes on", "is gathering pace"])]


def expectations():
    yield "beat expectations", frames(POS, ["{} {} {}."], ["Earnings", "Sales", "The order intake", "Its margin"],
                                      ["beat", "exceeded", "came in above", "came in far ahead of"],
                                      ["forecasts", "market expectations", "the consensus", "the company's own plan"])
    yield "missed expectations", frames(NEG, ["{} {} {}."], ["Earnings", "Sales", "The order intake", "Its margin"],
                                        ["missed", "fell short of", "came in below", "did not reach"],
                                        ["forecasts", "market expectations", "the consensus", "the company's own plan"])
    yield "in line", frames(NEU, ["{} {} {}."], ["Earnings", "Second-quarter sales", "The operating margin", "The inflation rate"],
                            ["developed in line with", "matched", "met", "corresponded to"],
                            ["forecasts", "market expectations", "the consensus", "what had been announced"])
    yield "fell less or rose less than expected", [
        (f"{m} {v} less than {e}.", y) for (m, v, y), e in spread(
            [("Profit", "fell", POS), ("Profit", "rose", NEG), ("Sales", "declined", POS), ("Sales", "grew", NEG),
             ("Costs", "rose", POS), ("Costs", "fell", NEG), ("Unemployment", "increased", POS)],
            ["expected", "analysts had forecast", "economists had predicted"])]
    yield "loss against forecast", [(f"The {l} was {c} than {e}.", y) for l, (c, y), e in spread(
        ["loss", "quarterly loss", "write-down", "drop in sales"],
        [("smaller", POS), ("bigger", NEG), ("milder", POS), ("worse", NEG)], ["expected", "feared", "analysts had forecast"])]
    yield "guidance raised", frames(POS, ["{} {} its {}."], WHO, ["raised", "lifted", "upgraded"],
                                    ["full-year guidance", "profit forecast", "outlook for sales"])
    yield "guidance cut", frames(NEG, ["{} {} its {}."], WHO, ["cut", "lowered", "withdrew"],
                                 ["full-year guidance", "profit forecast", "outlook for sales"])
    yield "guidance kept", frames(NEU, ["{} {} its {}."], WHO, ["repeated", "reiterated", "stuck to"],
                                  ["full-year guidance", "profit forecast", "outlook for sales"])


def comparisons():
    pairs = [("EUR 14 million", "EUR 9 million"), ("$310m", "$280m"), ("4.2 billion kroner", "3.1 billion kroner"), ("0.84", "0.52")]
    wording = ["{m} {w} {a}, compared with {b} a year earlier.", "{m} {w} {a}, against {b} in the same period of last year.",
               "{m} {w} {a} (previous year: {b})."]
    made = lambda ms, up, y: [(t.format(m=m, w="was", a=p[0] if up else p[1], b=p[1] if up else p[0]), y)
                              for t, m, p in spread(wording, ms, pairs)]
    yield "figure above last year's", made(["Net profit", "Revenue", "Operating income", "Order intake"], True, POS)
    yield "figure below last year's", made(["Net profit", "Revenue", "Operating income", "Order intake"], False, NEG)
    yield "cost or loss above last year's", made(["The net loss", "Interest expense", "Net debt", "The pretax loss"], True, NEG)
    yield "cost or loss below last year's", made(["The net loss", "Interest expense", "Net debt", "The pretax loss"], False, POS)
    yield "figure without comparison", frames(NEU, ["{} {} {}{}."], ["Net profit", "Revenue", "Total assets", "Operating income"],
                                              ["was", "amounted to", "came to"], ["EUR 14 million", "$310m", "4.2 billion kroner"],
                                              ["", " in the second quarter"])
    yield "unchanged", frames(NEU, ["{} {}."], GOOD[:4] + ["The dividend", "Unemployment", "The key rate", "Net debt"],
                              ["was unchanged", "remained the same", "was flat compared with last year",
                               "stood at the same level as a year ago"])


def events():
    yield "order won", frames(POS, ["{} {} {}."], WHO[:2] + ["Kallio Oyj"], ["won", "received", "secured", "was awarded"],
                              ["an order for 40 buses", "a contract from the health service", "a EUR 12 million order from Spain"])
    yield "order lost", frames(NEG, ["{} {} {}."], WHO[:2] + ["Kallio Oyj"], ["lost", "was stripped of", "missed out on"],
                               ["an order for 40 buses", "a contract from the health service", "a EUR 12 million order from Spain"])
    yield "partner gained", frames(POS, ["{} {} {}."], WHO, ["formed a partnership with", "agreed to cooperate with", "joined forces with"],
                                   ["a Korean retailer", "the leading cloud provider"])
    yield "partner lost", frames(NEG, ["{} {} {}."], ["A Korean retailer", "The leading cloud provider"],
                                 ["ended its partnership with", "broke off its cooperation with", "pulled out of the joint venture with"], list(map(low, WHO)))
    yield "expansion", frames(POS, ["{} will {} {}."], WHO, ["expand", "double the capacity of"], ["its plant in Poland", "its service network", "its research centre"])
    yield "closure", frames(NEG, ["{} will {} {}."], WHO, ["close", "shut down"], ["its plant in Poland", "half of its offices", "its research centre"])
    yield "jobs added", frames(POS, ["{} {} {} {}."], WHO[:3], ["will create", "is adding"], ["80", "1,200"], ["new jobs", "jobs in the north"])
    yield "jobs cut", frames(NEG, ["{} {} {} {}."], WHO[:3], ["will cut", "is eliminating"], ["80", "1,200"], ["jobs", "jobs in the north"])
    yield "rating raised or cut", [(f"{a} {v} {w}.", y) for a, (v, y), w in spread(
        ["Moody's", "The broker", "S&P"], [("upgraded", POS), ("downgraded", NEG), ("raised its rating of", POS), ("lowered its rating of", NEG)], list(map(low, WHO)))]
    yield "dividend raised or cut", [(f"{w} {v} its dividend{t}.", y) for w, (v, y), t in spread(
        WHO, [("raises", POS), ("cuts", NEG), ("doubled", POS), ("suspended", NEG)], ["", " for the year"])]
    yield "buy-back", frames(POS, ["{} {} {}."], WHO, ["will buy back", "plans to repurchase"], ["shares worth $200 million", "up to 5 percent of its shares"])
    yield "lawsuit lost or won", [(f"{w} {v}.", y) for w, (v, y) in spread(WHO, [
        ("lost the patent case", NEG), ("won the patent case", POS), ("was fined by the regulator", NEG), ("was cleared by the regulator", POS)])]
    yield "routine notice", frames(NEU, ["{} will {} {}."], WHO, ["publish its annual report", "hold its general meeting", "present its results"],
                                   ["on 12 March", "in Lisbon"])
    yield "plain description", frames(NEU, ["{} {}."], WHO, ["was founded in 1968", "has its head office in Geneva", "employs 900 people",
                                                          "operates in eleven countries", "has three business units"])


def wordings():
    yield "hedged bad", frames(NEG, ["{} {} {}."], WHO, ["may have to", "might", "could be forced to"],
                               ["cut jobs", "lower its profit target", "sell assets to pay its debts"])
    yield "hedged good", frames(POS, ["{} {} {}."], WHO, ["may", "might", "could"],
                                ["beat its profit target", "return to growth sooner than planned", "raise its dividend"])
    yield "but: the second half decides", [(f"{a}, but {b}.", y) for a, b, y in [
        (a, b, y) for a, b, y in itertools.chain(
            ((g, b, NEG) for g, b in zip(["Sales grew", "The quarter started well", "Revenue was up"] * 4, [
                "profit collapsed", "the company now expects a heavy loss", "the group had to cut its outlook", "margins were crushed"] * 3)),
            ((b, g, POS) for b, g in zip(["Sales fell", "The quarter started badly", "Revenue was down"] * 4, [
                "profit soared", "the company now expects a record profit", "the group raised its outlook", "margins improved strongly"] * 3)))]]
    yield "spelled numbers and units", [(f"{m} {v} {n}.", y if m == "Profit" else FLIP[y]) for m, (v, y), n in spread(
        ["Profit", "Profit", "The loss"], [("rose by", POS), ("fell by", NEG)],
        ["one tenth", "200 basis points", "12.5%", "12,5 pct", "a fifth", "EUR 3mn", "three million euros", "SEK 40m"])]
    yield "passive voice", [(f"{s}.", y) for s, y in [
        (f"{o} {a} by {w}", y) for w in ["the airline", "Kallio Oyj", "a regional brewer"] for o, a, y in (
            ("The forecast", "was raised", POS), ("The forecast", "was cut", NEG), ("A big order", "was won", POS), ("A big order", "was lost", NEG),
            ("Two hundred jobs", "were cut", NEG), ("Two hundred jobs", "were created", POS), ("The dividend", "was increased", POS), ("The dividend", "was scrapped", NEG))]]
    yield "price of the share", [(f"{w} {v} {p}.", y) for w, (v, y), p in spread(
        ["The stock", "Shares in the bank", "The share price of Kallio Oyj"],
        [("jumped", POS), ("slumped", NEG), ("gained", POS), ("lost", NEG)], ["8 percent", "12% after the report"])]


BASES = [("{} raised its profit forecast for the year.", POS), ("{} issued a profit warning on Tuesday.", NEG),
         ("{} will publish its interim report on 5 May.", NEU), ("Operating profit at {} rose to EUR 12 million from EUR 8 million.", POS),
         ("{} is cutting 300 jobs because demand has collapsed.", NEG), ("The headquarters of {} are in the old town.", NEU),
         ("{} won a contract worth 40 million euros.", POS), ("Shares of {} plunged 11 percent after the results.", NEG)]
NAMES = ["Kallio Oyj", "Morvane plc", "Brandt & Söhne AG", "Apple", "Tesla", "Deutsche Bank", "Toyota", "Reliance Industries",
         "Growth Partners", "Crash Helmets Ltd", "Lucky Strike Mining", "Bad Homburg Foods", "Best Buy", "Risk Advisory Group", "3M", "the company"]


def typo(text, at):
    """Swaps two inner letters of the at-th long word."""
    words = text.split(" ")
    long = [i for i, w in enumerate(words) if len(w) > 5 and w.isalpha()]
    if long:
        i = long[at % len(long)]
        w = words[i]
        words[i] = w[:2] + w[3] + w[2] + w[4:]
    return " ".join(words)


def invariances():
    k = "Kallio Oyj"
    guise = {
        "entity swap": [lambda t, n=n: cap(t.format(n)) for n in NAMES],
        "typos": [lambda t: t.format(k)] + [lambda t, i=i: typo(t.format(k), i) for i in range(3)],
        "case": [lambda t: t.format(k), lambda t: t.format(k).lower(), lambda t: t.format(k).upper(), lambda t: t.format(k).title()],
        "ticker and dateline": [lambda t: t.format(k), lambda t: t.format("$KLLO"), lambda t: "$KLLO - " + t.format(k),
                                lambda t: "HELSINKI (Newswire) - " + t.format(k), lambda t: t.format(k + " (KLLO.HE)")],
        "length": [lambda t: t.format(k), lambda t: t.format(k) + " The announcement was made on Wednesday in Helsinki.",
                   lambda t: "In a statement that was published on its website before the market opened, the group said: " + t.format(k),
                   lambda t: "The company was founded in 1968 and has eleven subsidiaries. " + t.format(k)],
        "punctuation": [lambda t: t.format(k), lambda t: t.format(k).rstrip("."), lambda t: t.format(k).replace(".", " ."),
                        lambda t: "\"" + t.format(k) + "\"", lambda t: t.format(k).rstrip(".") + "!"],
    }
    for name, changes in guise.items():
        yield name, [(change(t), y, f"{name} {i}") for i, (t, y) in enumerate(BASES) for change in changes]


def families():
    """{name: rows}, no text twice in a family."""
    parts = (directions, negations, expectations, comparisons, events, wordings, invariances)
    return {name: list({cap(row[0]): row for row in rows}.values()) for part in parts for name, rows in part()}


def main():
    for name, rows in families().items():
        for text, label, *group in rows:
            row = {"text": cap(text), "label": label, "family": name}
            if group:
                row["group"] = group[0]
            print(json.dumps(row, ensure_ascii=False))


if __name__ == "__main__":
    main()
