"""Sentence frames of the templates, written for this project.

Each frame is "negative // neutral // positive": three readings of one sentence
that differ in as little as can be, any of which may be empty. Words in {braces}
are slots, filled by templates.py; {a|b|c} is a choice.
"""

ORDERS = """
{Co} lost {a|its} {amt} {order|contract} {from|with} {cust}. // The {order|contract} of {Co} with {cust} covers {product}. // {Co} {won|has won|secured|received|landed|bagged} {a|an} {amt} {order|contract} from {cust}.
{cust} cancelled its order for {product} from {Co}. // {cust} {invited tenders|asked for bids} for {product}. // {cust} {placed an order for|ordered} {product} from {Co}.
{Co} {lost out on|was passed over for} the {amt} {city} {contract|tender}. // The {tender|contract} in {city} covers {product} and runs until {year}. // {Co} {was awarded|was selected for|has been picked for} the {amt} {city} {contract|project}.
The order book of {Co} {shrank|thinned|emptied} in {period}. // The order book of {Co} is published in the {period} report. // The order book of {Co} {swelled|grew|filled up} in {period}.
Orders {dried up|dwindled|slumped} at {Co}. // Orders at {Co} are booked when the contract is signed. // Orders {picked up|rebounded|poured in} at {Co}.
{cust} terminated the {contract|agreement} with {Co} ahead of time. // The {contract|agreement} between {Co} and {cust} is valid until {year}. // {cust} {extended|renewed} the {contract|agreement} with {Co} {until {year}|for another three years}.
// The deliveries will {start|begin} in {month} and {end|be completed} in {year}. // {Co} will {supply|deliver} {product} to {cust} under a {new|fresh} {contract|order} worth {amt}.
// The value of the {order|contract|deal} {was not disclosed|is not being disclosed|has not been made public}. // The {order|contract|deal} is the {largest|biggest} in {Co}'s history.
{Co} withdrew from the {city} project after costs exploded. // The {contract|order|agreement} {includes|covers|comprises} {product} as well as {installation|training|maintenance|commissioning}. // {Co} {beat|edged out} {co2} to win the {city} {contract|project}.
Work on the {city} {project|plant} has been {suspended|stopped} {over|because of} a dispute with {Co}. // The {project|work} will be carried out {in cooperation with {co2}|by {n} people} between {year} and {year}. // {Co} completed the {city} {project|plant} ahead of schedule and under budget.
{cust} is switching from {Co} to {co2}. // {cust} has used {product} of {Co} since {year}. // {cust} has {chosen|selected|picked} {Co} {as its supplier of {product}|to deliver {product}}.
{Co}'s framework agreement with {cust} was not renewed. // Under the {contract|agreement}, {Co} is responsible for {installation|maintenance|design}. // {Co} {signed|inked|sealed|concluded} {a framework|a multi-year|a major|a {amt}} {agreement|deal|contract} with {cust}.
A {amt} order for {Co} was postponed indefinitely. // {Co} will book the order in {period}. // {Co} {receives|wins|gets} {amt} order {for {product}|from {cust}}
{Co} misses out on {city} {deal|contract} // {Co} to bid for {city} contract // {Co} {bags|clinches|lands|wins|scoops} {city} {deal|contract} worth {amt}
{cust} scraps {amt} deal with {Co} // {cust}, {Co} in talks on {product} // {cust} hands {amt} deal to {Co}
// {Co} has delivered {product} to {cust} since {year}. // A repeat order from {cust} brings the total to {amt}.
The {order|contract} is smaller than {Co} had hoped. // The {order|contract} comprises {n} units. // The {order|contract} {strengthens|cements} {Co}'s {position|foothold} in {country}.
"""

PARTNERS = """
{Co} and {co2} {ended|terminated|broke off} their {partnership|cooperation|alliance}. // {Co} and {co2} have {worked together|been partners} since {year}. // {Co} and {co2} {agreed on|have entered into|announced|formed} a {strategic |}{partnership|cooperation|alliance} {in {country}|to develop {thing}|to sell {thing}}.
{co2} pulled out of the joint venture with {Co}. // {Co} owns {pct} of the joint venture and {co2} the rest. // {Co} and {co2} will {set up|establish|form} a joint venture to {expand|grow} in {country}.
The talks between {Co} and {co2} {broke down|failed|collapsed}. // {Co} and {co2} are {discussing|in talks about} {a merger|a possible transaction|cooperation}. // {Co} and {co2} {reached|struck} {an agreement|a deal}{| that opens the {country} market}.
The licence of {Co} for {thing} was revoked. // {Co} holds a licence for {thing}. // {Co} {was granted|received|obtained} {a licence|approval|a patent} for {its |}{thing}.
The {deal|merger} {fell through|was called off|was abandoned}. // The {deal|merger|transaction} is {subject to|conditional on} {approval|clearance} by the {authorities|regulator|shareholders}. // The {deal|merger|acquisition} {won|received|got} {the green light|clearance|approval} {from the regulator|from shareholders|in {country}}.
The regulator {blocked|prohibited|vetoed} the {deal|merger}. // The regulator will {review|examine|decide on} the {deal|merger} {by|in} {month}. // The regulator {waved through|cleared|approved} the {deal|merger}.
// The companies have agreed not to {disclose|reveal} the {terms|price}. // {The acquisition|The deal|Buying {co2}} {strengthens|will strengthen|bolsters|broadens} {Co}'s {position|presence|offering} in {country}.
{Co} wrote off its stake in {co2}. // {Co} {acquired|bought|has agreed to buy} {pct} of the shares in {co2}. // The {acquisition|purchase} of {co2} will {add to earnings|be accretive|boost earnings per share} from {year}.
The integration of {co2} is {dragging on|costing more than planned}. // {co2} will be consolidated into {Co} from {date}. // The integration of {co2} is ahead of plan and synergies exceed {amt}.
// {co2} had net sales of {amt} and {n} employees in {year}. // With {co2}, {Co} becomes {the market leader|number one} in {country}.
{Co} {drops|ditches} {alliance|pact} with {co2} // {Co}, {co2} discuss {alliance|pact} // {Co}, {co2} {join forces|team up|join hands} {on {thing}|in {country}}
{Co} {lost|gave up} {its|the} exclusive rights to {thing}. // {Co} has distributed {thing} in {country} since {year}. // {Co} {gains|gained|secured} {exclusive|distribution} rights to {thing} in {country}.
// The {agreement|cooperation} {concerns|covers|applies to} {thing} {in {country}|and related services}. // The {cooperation|partnership|agreement} will {enable|allow|help} {Co} to {offer|bring} {thing} to {new customers|{n} new customers|a wider market}.
"""

EXPANSION = """
{Co} will {close|shut|shut down} its {plant|factory|office|warehouse} in {city}. // {Co} has a {plant|factory|office|warehouse} in {city}. // {Co} will {expand|enlarge|double the capacity of} its {plant|factory|warehouse} in {city}.
{Co} is {withdrawing|pulling out|retreating} from {country}. // {Co} operates in {country} and {country}. // {Co} is {expanding|pushing|growing} {in|into} {country}.
{Co} is winding up its subsidiary in {country}. // {Co} has a subsidiary in {country}. // {Co} {has established|is setting up|founded} a subsidiary in {country} to {tap|serve|win a share of} the growing {sector} market.
{Co} {mothballed|idled} its {city} {plant|mill}. // The {city} {plant|mill} of {Co} {was built in {year}|makes {thing}}. // {Co} {ramped up|is increasing} {output|production} at its {city} {plant|mill} {to meet strong demand|on brisk demand}.
{Co} {shelved|scrapped|froze} plans to build a {plant|factory} in {city}. // The {plant|factory} is {located|situated} in {city}{, {country}|}. // {Co} {will invest|is investing|invests} {amt} in a new {plant|line|factory} in {city} to raise capacity by {pct}.
{Co} is cutting capacity by {pct}. // The annual capacity of the {plant|mill} is {n} tonnes. // The investment {raises|will increase|lifts} the {plant|mill}'s capacity by {pct}.
{Co} {closes|shuts} {n} {stores|branches|shops} // {Co} has {n} {stores|branches|shops} in {country} // {Co} to {open|add} {n} {stores|branches|shops} {this year|on strong demand}
{Co} {abandoned|gave up} its plan to enter {country}. // {Co} was {founded|established|set up} in {year} and is {headquartered|based} in {city}. // {Co} {enters|has entered|broke into} the {country} market {with {thing}|through {co2}}.
{Co} {slashed|cut|halved} its investment budget to {amt}. // {Co}'s investments {totalled|amounted to} {amt} in {period}. // {Co} will {double|step up} its investment in {research|growth|{thing}} to {amt}.
{Co} will {cut|axe|shed|slash} {n} jobs{| in {city}}. // {Co} {employs|has a staff of|has} {n} {people|employees}{| in {city}| in {country}}. // {Co} will {create|add} {n} {jobs|new jobs}{| in {city}}.
{Co} {starts|begins} {lay-off|co-determination} talks {affecting|with} {n} employees. // The number of personnel at the end of {period} was {n}. // {Co} is {hiring|recruiting} {n} {engineers|people} to meet {rising|growing|strong} demand.
{Co} has {temporarily laid off|furloughed} {n} workers in {city}. // {The personnel|The staff of {n}} {will move|will transfer} to {co2} on {date}. // {Co} {called back|recalled} {n} {laid-off|furloughed} workers as orders recover.
// The {property|site|building|warehouse} {has|covers} {n} square metres. // The new {centre|warehouse|plant|line} {will speed up deliveries|makes production more efficient|improves {Co}'s competitiveness}.
// {Co} will {move|relocate} its {head office|office} to {city} {in {month}|in {year}}. // {Co} strengthens its {presence|sales network|distribution} in {country}.
Production at the {city} {plant|mill} was {halted|disrupted} by {a strike|a fire|a shortage of parts}. // Production at the {city} {plant|mill} {started in {year}|runs in three shifts}. // Production at the {city} {plant|mill} {resumed|is back to normal|reached a new record}.
{Co} launched {thing} months late. // {Co} {will launch|launched|introduced|presented} {thing} {on {date}|in {month}|at a trade fair in {city}}. // {Co}'s new {thing} {sold out|is selling briskly|is a hit with customers}.
{Co} {recalled|is recalling} {n} units of {its |}{thing} {over|because of} {a fault|safety concerns}. // {thing} {come|comes|is available} in {three|four|five} {sizes|colours|versions}. // {Co}'s {thing} {won an award|was named best in test|received top marks}.
{Co} is losing {customers|market share} to {co2}. // {Co} serves customers in {sector} and related industries. // {Co} is {winning|gaining|taking} {customers|market share} from {co2}.
{Co} {lost|shed} {n} {subscribers|customers|users} in {period}. // {Co} had {n} {subscribers|customers|users} at the end of {period}. // {Co} {added|gained|signed up} {n} {subscribers|customers|users} in {period}.
// {Co} {makes|produces|manufactures|develops|sells} {thing} {and|as well as} {thing} for {sector}. // {Co} is {well positioned|in a good position} to benefit from {the growth|rising demand} in {sector}.
"""

EXPECT = """
{Co} {missed|fell short of|undershot} {forecasts|estimates|expectations|its own targets}. // {Co}'s {m} was in line with {forecasts|expectations}. // {Co} {beat|exceeded|topped|surpassed} {forecasts|estimates|expectations|its own targets}.
{Co} {failed|was unable} to {meet|beat|reach} {expectations|its target|analysts' estimates}. // {Co} did not comment on {expectations|its target|the estimates}. // {Co} did not {miss|fall short of} {expectations|its target|estimates}.
{The results|{period} earnings} of {Co} {disappointed|let investors down|came in below consensus}. // {The results|{period} earnings} of {Co} {are due|will be released|will be published} {on {date}|at 8 a.m.}. // {The results|{period} earnings} of {Co} {impressed|delighted investors|came in above consensus|were better than feared}.
{Co} {cut|lowered|slashed|trimmed|withdrew} its {guidance|outlook|full-year forecast}. // {Co} {kept|repeated|reiterated|left} its {guidance|outlook|full-year forecast}{| unchanged}. // {Co} {raised|lifted|upgraded|increased|boosted} its {guidance|outlook|full-year forecast}.
{Co} {warned on profit|issued a profit warning|warned that {m} will {fall|drop}}. // {Co} will give {guidance|its outlook} {on {date}|with the {period} report}. // {Co} {issued a positive profit warning|said {m} will be higher than forecast earlier}.
{Co} {expects|sees|forecasts} {a loss|lower {m}|a weaker {year}|{m} to {fall|decline|shrink}} {in {year}|this year}. // {Co} expects {m} {to be at last year's level|to remain unchanged|of about {amt}} in {year}. // {Co} {expects|sees|forecasts} {higher {m}|a stronger {year}|{m} to {grow|rise|improve}} {in {year}|this year}.
{Co} no longer expects {a profit|to grow|to reach its targets} {this year|in {year}}. // {Co} gives no forecast for {year}. // {Co} no longer expects {a loss|{m} to fall|job cuts} {this year|in {year}}.
{Co} {may|could|might} {miss its targets|post a loss|have to sell assets|breach its covenants}. // {Co} {may|could|might} {hold the meeting online|publish figures in {month}|issue up to {n} shares}. // {Co} {may|could|might} {beat its targets|return to profit|raise its dividend}.
The {loss|decline} was {bigger|worse|deeper} than {expected|forecast|feared}. // The {figure|number} was as {expected|forecast}. // The {loss|decline} was {smaller|milder|less} than {expected|forecast|feared}.
{Analysts|{bank}} {cut|downgraded|lowered} {Co} to {sell|underperform|reduce}. // {Analysts|{bank}} {kept|maintained} {Co} at {hold|neutral}. // {Analysts|{bank}} {raised|upgraded|lifted} {Co} to {buy|outperform|accumulate}.
{bank} {cuts|lowers|trims} {Co} price target to {price} from {price} // {bank} {starts|initiates} {Co} at {hold|neutral} // {bank} {raises|lifts|hikes} {Co} price target to {price}
{agency} {downgraded|cut the rating of} {Co} {to junk|by two notches}. // {agency} {affirmed|confirmed} the rating of {Co}. // {agency} {upgraded|raised the rating of} {Co}{| to investment grade}.
{agency} changed the outlook for {Co} to negative. // {agency} rates {Co} at {BBB|BB+|A-} with a stable outlook. // {agency} changed the outlook for {Co} to positive.
"""

MONEY = """
{Co} {cut|halved|omitted|scrapped|suspended} its dividend. // {Co}'s dividend {will be paid on {date}|record date is {date}|is decided by the annual meeting}. // {Co} {raised|increased|lifted|doubled} its dividend{| to {price}}.
{Co} proposes that no dividend be paid for {year}. // {Co}'s board proposes a dividend of {price} per share. // {Co} proposes an extra dividend of {price} on top of the ordinary one.
{Co} {halted|stopped|suspended} its share buy-back. // {Co}'s share capital is {amt} and the number of shares {n}. // {Co} will {buy back|repurchase} {shares worth {amt}|up to {amt} of its own shares}.
{Co} {is running out of cash|struggles to service its debt|missed an interest payment}. // {Co} {issued|priced} a bond of {amt} with a maturity of {five|seven|ten} years. // {Co} {repaid|paid off} {amt} of debt {early|ahead of schedule}.
{Co} {failed to raise|could not raise} {amt}{| from investors}. // {Co} has a credit facility of {amt} with {bank}. // {Co} {raised|secured|obtained} {amt} {in funding|of growth capital|from investors} {to expand|for its growth plans|}.
{Co} {filed for bankruptcy|went into administration|sought protection from creditors}. // {Co} {filed its annual report|registered its new shares|published a prospectus}. // {Co} {emerged from bankruptcy|left administration|settled with its creditors}.
{Co} {took|booked|recorded} {a write-down|an impairment charge|a provision} of {amt}. // {Co}'s balance sheet total was {amt} at the end of {period}. // {Co} {booked|recorded} a {gain|capital gain} of {amt} on the sale of {co2}.
{Co} was {fined|ordered to pay} {amt} {over|for} {price fixing|misleading investors|late filings}. // A hearing in the case of {Co} is set for {date}. // {Co} {was acquitted|was cleared of all charges|won its appeal|won the patent case against {co2}}.
{co2} {sued|filed a lawsuit against} {Co}{| for {amt}}. // The {lawsuit|case} between {Co} and {co2} will be heard in {city}. // {co2} {dropped|withdrew} its {lawsuit|claim} against {Co}.
{Regulators|Prosecutors} {opened a probe into|raided|are investigating} {Co}. // {Co} reports to the {regulator|authorities} every {month}. // {Regulators|Prosecutors} {closed|dropped} {the|their} {probe|investigation} into {Co} {without action|}.
{Co}'s shares {fell|slid|dropped|sank|tumbled|plunged|shed} {pct}{| on the news| in early trading}. // {Co}'s shares {closed unchanged|were little changed|were flat|last traded} at {price}. // {Co}'s shares {rose|gained|climbed|jumped|soared|added|surged} {pct}{| on the news| in early trading}.
{Co} {hit|sank to|fell to} {a record low|its lowest since {year}}. // {Co} is listed on the {city} stock exchange{| under the ticker {tick}}. // {Co} {hit|rose to|climbed to} {a record high|its highest since {year}}.
// {Co} received a notice under which the holding of {bank} {fell below|exceeded} {five|ten} per cent. // {bank} sees {plenty of upside|strong growth ahead} for {Co}.
// After the {transaction|issue}, {bank} {holds|owns} {pct} of the {shares|votes} in {Co}. // {Co}'s {rights issue|offering|IPO} was {oversubscribed|heavily oversubscribed}.
// The subscription period {begins|starts} on {date} and ends on {date}. // Investors {rushed|flocked} to buy {Co} shares.
// {person} {was appointed|has been appointed|will take over as|starts as} {title} of {Co}{| on {date}}. // The market cheered the appointment of {person} as {title} of {Co}.
{title} {person} {resigned|quit|was ousted|left abruptly} amid {an accounting probe|falling sales|a boardroom row}. // {person}, {n2}, has {worked for|been with} {Co} since {year}. // Under {title} {person}, {Co} has {tripled its profit|returned to growth}.
// The board of {Co} has {five|six|seven|eight} members. // The board is {confident|optimistic} about {Co}'s {prospects|future|growth}.
// {Co} will {hold|arrange} {a press conference|its annual general meeting|a capital markets day|a conference call} {on {date}|in {city}|at 10 a.m.}. // {Co} {was named|ranks as} {best employer|supplier of the year} in {country}.
// The {interim|annual|{period}} report {will be published|is due} on {date}. // The {period} report of {Co} shows {strong|healthy|solid|record} {growth|cash flow}.
// {Co}'s {financial year|fiscal year} {runs from {month} to {month}|ends in {month}}. // {Co} had its best {quarter|year|month} ever.
"""

IDIOMS = """
{m} {ate into|weighed on|squeezed} {Co}'s {margins|profit}, with {costs|wages|energy prices} to blame. // The margin of {Co} is calculated before {one-off items|tax}. // {Price rises|Savings|A better mix} {lifted|supported|bolstered|shored up} {Co}'s margins.
Higher {costs|wages|energy prices|freight rates|interest rates} {ate into|squeezed|dented|took a bite out of} {margins|profit}{| at {Co}}. // {Costs|Wages|Energy} made up {pct} of {Co}'s expenses. // Lower {costs|energy prices|freight rates|raw material prices} {boosted|helped|lifted} {margins|profit}{| at {Co}}.
{Co} is {on the ropes|in dire straits|in hot water|skating on thin ice|bleeding cash|on its last legs}. // {Co} is {in the middle of its budget year|in its closed period}. // {Co} is {firing on all cylinders|on a roll|back on its feet|going from strength to strength|on a winning streak|out of the woods}.
{Co} {hit a rough patch|fell off a cliff|stumbled|lost steam|ran out of road}. // {Co} {sat out the auction|stayed on the sidelines}. // {Co} {turned the corner|bounced back|is gaining steam|hit its stride|knocked it out of the park}.
The bottom {fell|dropped} out of the {sector} market. // The {sector} market is {covered by this report|split between {n2} firms}. // The {sector} market is {red hot|booming|back in full swing|on fire}.
{Co} {is a shadow of its former self|is between a rock and a hard place|bit off more than it could chew|is treading water}. // {Co} {is what analysts call a holding company|wears two hats as owner and tenant}. // {Co} {is the jewel in the crown|punches above its weight|has the wind at its back|is reaping the rewards of its overhaul}.
{Delinquencies|Bad loans|Arrears|Defaults} are {mounting|piling up|creeping up|on the rise}{| at {Co}}. // {Delinquencies|Bad loans|Arrears} are loans unpaid for 90 days. // {Delinquencies|Bad loans|Arrears|Defaults} are {easing|falling|at a record low|receding}{| at {Co}}.
{Clouds gather|Storm clouds gather|Headwinds are building} for {sector}. // {A look|Five charts} on {sector}. // {The clouds are lifting|Tailwinds are building|The sun is shining} for {sector}.
{Co} {threw in the towel|pulled the plug} on {thing}. // {Co} {showed|put} {thing} on display in {city}. // {Co} {struck gold|hit the jackpot} with {thing}.
Investors {dumped|bailed out of|ran for the exits on|soured on} {Co}. // Investors {await|are waiting for} {Co}'s {report|figures}. // Investors {piled into|snapped up|warmed to|cheered} {Co}.
{Co} is {feeling the pinch|taking a beating|paying the price} {as customers hold back|of weak demand|}. // {Co} is {taking stock|doing the sums} before {year} {ends|starts}. // {Co} is {laughing all the way to the bank|reaping the benefits of its savings|making hay}.
{Demand|Business} has {dried up|cooled|ground to a halt|fallen flat}. // {Demand|Business} is {measured by a survey|seasonal}. // {Demand|Business} {is brisk|is picking up|has taken off|has bounced back|remains robust}.
{Red ink|Losses} {flowed|mounted|piled up} at {Co}. // {Co}'s {accounts|books} are audited by {co2}. // {Co} is {back in the black|in the black again|out of the red}.
{Co} {slipped|plunged|fell back} into {the red|loss}. // {Co} will {report|publish} its {period} accounts on {date}. // {Co} {swung to|returned to|turned} a profit.
{Co}: {a falling knife|the worst may be yet to come|dark days ahead} // {Co}: {what to know|five questions|a history} // {Co}: {the worst is over|better days ahead|light at the end of the tunnel}
"""

MACRO = """
{Unemployment|Joblessness|The jobless rate} {rose|climbed|jumped} in {country}{| in {month}}. // {Unemployment|The jobless rate} in {country} was {pct} in {month}, unchanged. // {Unemployment|Joblessness|The jobless rate} {fell|dropped|declined} in {country}{| in {month}}.
{Factory output|Retail sales|Exports|GDP|Industrial production|Consumer confidence} {fell|shrank|contracted|slumped|sank} {pct} in {country}. // {Factory output|Retail sales|Exports|GDP} figures for {country} are due {on {date}|next week}. // {Factory output|Retail sales|Exports|GDP|Industrial production|Consumer confidence} {rose|grew|expanded|rebounded|surged} {pct} in {country}.
{country} {slid|tipped|fell} into recession. // {country} publishes its {budget|trade figures} in {month}. // {country} {emerged from|avoided|dodged} {a |}recession.
"{We are in for a long winter|It is getting worse by the week|Nobody is buying}," said {person}, economist at {bank}. // "We will look at the data in {month}," said {person}, economist at {bank}. // "{The worst is behind us|The recovery is gathering pace|Things are looking up}," said {person}, economist at {bank}.
The outlook for {sector} has {darkened|deteriorated|worsened}. // The outlook for {sector} is {unchanged|stable}. // The outlook for {sector} has {brightened|improved}.
{Consumers|Households|Firms} are {tightening their belts|cutting back|struggling with debt}. // {Consumers|Households|Firms} {were surveyed in {month}|answered {n2} questions}. // {Consumers|Households|Firms} are {spending more|more upbeat|investing again}.
Inflation {ran hotter|came in hotter} than {expected|forecast}, {hurting|squeezing} {households|consumers}. // Inflation was {pct}, {in line with forecasts|as expected}. // Inflation {cooled|eased} more than {expected|forecast}.
The central bank {warned of|fears} {a downturn|rising defaults|a credit crunch}. // The central bank {left|kept} {rates|its key rate} {unchanged|at {pct}|on hold}. // The central bank {sees|expects} {a stronger recovery|faster growth}.
{Housing starts|Home sales|Car sales|Building permits} {tumbled|dropped|hit a {n2}-year low}. // {Housing starts|Home sales|Car sales|Building permits} are {reported monthly|adjusted for the season}. // {Housing starts|Home sales|Car sales|Building permits} {jumped|climbed|hit a {n2}-year high}.
{Stocks|Shares|Markets} {sank|tumbled|slid} {on recession fears|as {sector} weighed|across the board}. // {Stocks|Markets} {are closed for a holiday|were little changed|ended flat}. // {Stocks|Shares|Markets} {rallied|climbed|advanced} {on growth hopes|led by {sector}|across the board}.
The trade deficit of {country} {widened|swelled}. // The trade figures of {country} cover goods and services. // The trade deficit of {country} {narrowed|shrank}.
Strikes {paralysed|crippled} {sector} in {country}. // Wage talks in {sector} {begin|continue} in {month}. // A wage deal {ended|averted} the strikes in {sector}.
{country} {imposed|raised} tariffs on {thing} from {Co}. // Tariffs on {thing} are set by {country}. // {country} {lifted|removed|scrapped} tariffs on {thing}, a relief for {Co}.
"""

QUALITY = """
{Co} {faces|suffers from|is hit by} {weak|sluggish|falling} demand{| in {country}}. // Demand {in {country}|for {thing}} {is estimated|is surveyed} every {month}. // {Co} {benefits from|enjoys|reports} {strong|brisk|rising|robust} demand{| in {country}}.
{thing} {performed poorly|caused complaints|proved faulty}. // {thing} {is|are} {used in {sector}|made in {city}}. // {thing} {cuts energy use by {pct}|saves customers time and money|reduces costs}.
The {new|} {system|solution|technology} has been plagued by {faults|delays}. // The {system|solution|technology} {will be installed|is in use} in {n2} countries. // The {new|} {system|solution|technology} {will improve efficiency|speeds up delivery|enables considerable savings|improves customer service}.
{Co}'s trial of {thing} {failed|was halted over side effects}. // {Co}'s trial of {thing} {has {n} participants|begins in {month}}. // {Co}'s trial of {thing} {succeeded|met its main goal|showed a clear benefit}.
A {cyberattack|data breach|power cut} {crippled|hit|disrupted} {Co}. // {Co} {uses|runs on} {software|servers} from {co2}. // {Co} {restored|brought back} all services after the {cyberattack|data breach}.
"{We are not satisfied with|We are disappointed by} {the result|our {m}}," said {title} {person}. // "{The meeting is in {city}|We publish figures in {month}}," said {title} {person}. // "{We are very pleased with|We are proud of|We are delighted by} {the result|our {m}|this order}," said {title} {person}.
{Profitability|The result|Competitiveness} {was burdened by|suffered from|was hurt by} {costs|weak demand|the strike|currency effects}. // {Profitability|The result} is {measured|reported} by {segment|quarter}. // {Profitability|The result|Competitiveness} {was supported by|benefited from|was helped by} {savings|strong demand|a good mix|currency effects}.
The {market|business} situation {is|remains} {difficult|weak|challenging}. // The {market|business} area {includes|consists of} {thing}. // The {market|business} situation {is|remains} {good|favourable|strong}.
The restructuring {failed to bring|has not brought} the {savings|results} hoped for. // The restructuring concerns {n} {people|units}. // The restructuring {brings|will bring|yielded} annual savings of {amt}.
{Co} {had to|was forced to} {sell|close} {co2}. // {Co} {sold|will sell|has agreed to sell} {co2} to {bank}{| for {amt}}. // {Co} sold {co2} at a handsome {profit|gain}.
Passenger {numbers|traffic} at {Co} {fell|dropped|declined} {pct} {in {month}|in {period}}. // Passenger {numbers|traffic} at {Co} {was|were} {n} in {month}. // Passenger {numbers|traffic} at {Co} {rose|grew|increased} {pct} {in {month}|in {period}}.
Without {new funding|a rescue}, {Co} will not survive. // Without {prior notice|a reservation}, visitors are not admitted to {Co}. // Without {the strike|currency effects}, growth at {Co} would have been even {stronger|faster}.
The {crisis|slump|strike} {is far from over|shows no sign of ending}. // The {meeting|consultation} {is open to the public|lasts two days}. // The {crisis|slump|strike} {is over|has ended}.
"""

ALL = [ORDERS, PARTNERS, EXPANSION, EXPECT, MONEY, IDIOMS, MACRO, QUALITY]
