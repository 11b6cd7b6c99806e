"""More frames, by kind of news: the second generation of templates.

Written as in frames.py, "negative // neutral // positive"; any reading may be
empty. Here the readings of a line share a subject rather than a wording.
"""

TRADE = """
{cust} has {torn up|ripped up|backed out of} its {contract|agreement} with {Co}. // {cust} and {Co} {signed|exchanged} the papers in {city}. // {cust} has {awarded|handed|given} {Co} {the job of supplying|a contract to supply} {product}.
{Co} will not be {supplying|delivering} {product} to {cust} after all. // {Co} {quoted|named} a price for {product}. // {Co} will {supply|deliver|provide} {cust} with {product}.
{co2} {pipped|beat} {Co} to the {city} {contract|order}. // The {city} {contract|order} is split into {n2} lots. // {Co} {pipped|beat} {co2} to the {city} {contract|order}.
{cust} {reduced|halved|pared back} its order {for {product}|with {Co}}. // {cust} ordered by {telephone|post|letter}. // {cust} {doubled|enlarged|topped up} its order {for {product}|with {Co}}.
{Co} {was ejected from|fell off} the list of suppliers to {cust}. // {Co} {is one of {n2} suppliers to|has supplied} {cust}{| since {year}}. // {Co} {made it onto|was added to} the list of suppliers to {cust}.
The pipeline of orders at {Co} is {thin|drying up|nearly empty}. // Orders at {Co} are {listed|shown} by {country|region} in the report. // The pipeline of orders at {Co} is {full|bulging|longer than ever}.
{Co} {goes|came away} empty-handed {from|in} the {city} {tender|auction}. // {Co} {handed in|submitted} {a bid|its papers} in the {city} {tender|auction}. // {Co} {came out on top|prevailed|was the winner} in the {city} {tender|auction}.
{cust} {put off|delayed} the purchase of {product} from {Co} {until {year}|indefinitely}. // The {purchase|delivery} of {product} takes {n2} weeks. // {cust} {bought|has purchased|is buying} {n2} {machines|vehicles|licences|units} from {Co}.
// {Co} {sells|leases} {product} {to {cust}|in {country}}. // {Co} to {equip|outfit|modernise} {n2} {stations|hospitals|schools|mills} {in {country}|for {cust}}.
// {Co} bills its customers in {euros|dollars|three instalments}. // {Co} {scored|clinched|nailed down} {a|another} {n2}-year {supply|service|maintenance} {deal|contract} {with {cust}|}.
// The contract {expires in {year}|has a term of {n2} years|is governed by the law of {country}}. // {cust} {stays with|remains loyal to|came back to} {Co} for another {n2} years.
{co2} {quit|left|deserted} the {alliance|consortium} with {Co}. // The {alliance|consortium} of {Co} and {co2} has {n2} members. // {co2} {joins|joined} the {alliance|consortium} {led by|of} {Co}.
{Co} and {co2} have {fallen out|gone their separate ways|parted company in anger}. // {Co} and {co2} share {a building|a telephone exchange|an address} in {city}. // {Co} and {co2} will {jointly|together} {develop|market|sell|produce} {thing}.
{co2} no longer {sells|stocks|recommends} the products of {Co}. // {co2} has sold the products of {Co} since {year}. // {co2} will {sell|stock|distribute|offer} the products of {Co} in its {n} {shops|pharmacies|branches}.
The {research|technology} {pact|partnership} between {Co} and {co2} {bore no fruit|was a failure}. // The {research|technology} {pact|partnership} between {Co} and {co2} is described {on page {n2}|in the report}. // The {research|technology} {pact|partnership} between {Co} and {co2} {is paying off|bore fruit|opens up new business}.
// {Co} {met|spoke to} {co2} about {thing} in {city}. // {Co} {licensed|out-licensed} {thing} to {co2} for {amt}{| plus royalties}.
// {Co} is a member of {the chamber of commerce|a trade association}. // {Co} {became|was named|was chosen as} {the official|the exclusive|a preferred|a certified} {supplier|partner} of {co2}.
"""

SITES = """
{Co} will {vacate|give up|wind down|abandon} {its {city} site|its {n2} offices in {country}}. // {Co} {rents|leases|owns} {an office|a yard|a warehouse} in {city}. // {Co} will {enlarge|extend|add a wing to|double the size of} its {city} site.
{Co} {bids farewell to|turns its back on|bows out of} {country}. // {Co} has been {present|active} in {country} since {year}. // {Co} {sets foot in|moves into|makes its debut in|breaks into} {country}.
{Every fourth|Every fifth|Every third} {shop|branch|office} of {Co} {is to|will} close. // {Co} {runs|operates} {n} {shops|branches|hotels|cafes}. // {Co} {plans to open|will open|is opening} {n2} {more |new |additional |}{shops|branches|hotels|cafes}{| in {country}}.
The {smelter|kiln|mine|yard} in {city} {falls silent|will be demolished|has been mothballed}. // The {smelter|kiln|mine|yard} in {city} {dates from {year}|is {n2} kilometres from the port}. // The {smelter|kiln|mine|yard} in {city} {is to be reopened|gets a new lease of life|is being enlarged}.
{Co} {took|is taking} a {machine|furnace|line} out of service {for lack of orders|because of weak demand}. // {Co} has {n2} {machines|furnaces|lines} in {city}. // {Co} {put|is putting} {another|a second|a third} {machine|furnace|line} into service {to cope with orders|to meet demand}.
{Co} {runs|will run} {one shift|two shifts} fewer. // {Co} works in {two|three} shifts. // {Co} {runs|will run} {an extra shift|an additional shift|weekend shifts} {to keep up with demand|}.
The new {plant|terminal|line} of {Co} is {late|over budget|a white elephant}. // The new {plant|terminal|line} of {Co} {covers {n} square metres|was designed by {co2}}. // The new {plant|terminal|line} of {Co} {started early|is fully booked|opened ahead of time}.
{Co} {has no|lacks the} money {for|to build} the {city} {plant|terminal}. // {Co} {applied for a permit for|drew up a plan of} the {city} {plant|terminal}. // {Co} {got the permit for|can go ahead with|will build} the {city} {plant|terminal}.
{Co} lets {n} {people|workers|employees} go. // {Co} pays {n} {people|workers|employees}. // {Co} takes on {n} {people|workers|employees}.
{n} {posts|positions|jobs} {are to go|will disappear|are at risk|will be lost|are on the line} at {Co}. // {n} {posts|positions|jobs} at {Co} are {part-time|in {city}}. // {n} {posts|positions|jobs} will be {added|created|filled} at {Co}.
{Co} puts {n} workers on {short time|unpaid leave}. // {Co} workers elect a {council|spokesman}. // {Co} {ends|lifts} short-time work{| for {n} workers}.
{Unions|Workers} {walked off the job|downed tools|went on strike} at {Co}. // {Unions|Workers} and {Co} {meet|will meet} on {date}. // {Unions|Workers} {called off|ended} {the|their} {strike|walkout} at {Co}.
Pay talks at {Co} {broke down|ended in a row}. // Pay talks at {Co} {start in {month}|continue}. // Pay talks at {Co} {ended in agreement|led to a deal that secures peace until {year}}.
{Engineers|Managers|Skilled workers} are {leaving|quitting|deserting} {Co} in droves. // {Engineers|Managers|Skilled workers} at {Co} have {n2} days of holiday. // {Engineers|Managers|Skilled workers} are {flocking to|queuing up to join} {Co}.
{Payrolls|Staff numbers} {shrank|fell}{| by {n}} in {country}. // {Payrolls|Staff numbers} in {country} are counted every {month}. // {Employers|Firms} in {country} {added|created} {n} jobs{| in {month}}.
// {Co} had {n} employees on average, {the same as|as many as} a year earlier. // {Co} {promises|guarantees} that no {one|worker} will be {dismissed|laid off} {before {year}|}.
"""

GOODS = """
{Co} {had to pull|pulled|withdrew} {thing} from {the market|shops}{| after complaints}. // {Co} {showed|exhibited|displayed|demonstrated} {thing} {at a fair|in {city}}. // {Co}'s {thing} {flew out of the shops|is in great demand|took the market by storm|was an instant hit}.
{Reviewers|Testers|Customers} {panned|slammed|tore apart|were disappointed by} {Co}'s {thing}. // {Reviewers|Testers|Customers} {received|were sent} {Co}'s {thing} in {month}. // {Reviewers|Testers|Customers} {raved about|praised|loved|gave top marks to} {Co}'s {thing}.
{Co}'s {app|website|booking system|network} {went down|keeps failing|was out for hours}. // {Co}'s {app|website|booking system|network} {uses|is hosted by} {co2}. // {Co}'s {app|website|booking system|network} {is faster than ever|has not failed once in {n2} months|won an award}.
A {design flaw|manufacturing fault|defective part} {was found in|affects} {n} {cars|devices|engines} of {Co}. // {n} {cars|devices|engines} of {Co} are {painted|assembled} in {city}. // {Co} {repaired|eliminated|cured} the {design flaw|manufacturing fault|defect}{| in record time}.
{Co} {fell|slipped|dropped} to {fourth|fifth|last} place in the {customer|consumer} {survey|ranking}. // The {customer|consumer} survey at {Co} has {n2} questions. // {Co} {climbed|rose|moved up} to {first|second} place in the {customer|consumer} {survey|ranking}.
{Returns|Complaints|Warranty claims} {are|were} {higher than ever|mounting|up by {pct}} at {Co}. // {Returns|Complaints|Warranty claims} at {Co} are handled in {city}. // {Returns|Complaints|Warranty claims} {are|were} {lower than ever|down by {pct}|almost nil} at {Co}.
The {prototype|test flight|pilot project} of {Co} was a {flop|failure|letdown|disaster}. // The {prototype|test flight|pilot project} of {Co} {lasted|took} {n2} {days|minutes}. // The {prototype|test flight|pilot project} of {Co} was a {success|triumph|complete success}.
{Fire|Flooding|A burst pipe|A power failure} {shut down|wrecked|damaged|idled} {Co}'s {plant|warehouse} in {city}. // {Co}'s {plant|warehouse} in {city} {is heated with gas|has its own railway siding}. // {Co}'s {plant|warehouse} in {city} is {running|working} again after the {fire|flood|power failure}.
{Hackers|Criminals} {stole|leaked|encrypted} the data of {Co}{|'s customers}. // {Co} {stores|keeps} its data in {country}. // {Co} {repelled|fought off|thwarted} the {hackers|cyberattack}.
{Co} cannot get enough {parts|chips|steel|drivers|staff}. // {Co} {buys|gets} its {parts|chips|steel} from {co2}. // {Co} has {overcome|solved} its shortage of {parts|chips|steel|drivers|staff}.
{Shipments|Deliveries|Flights|Trains} of {Co} are {delayed|stuck|cancelled}{| for weeks}. // {Shipments|Deliveries|Flights|Trains} of {Co} leave {daily|on weekdays}. // {Shipments|Deliveries|Flights|Trains} of {Co} are {on time again|more punctual than ever}.
{Output|Throughput|The yield} at {Co} {is below plan|was held back by faults|suffered}. // {Output|Throughput|The yield} at {Co} is measured in {tonnes|hours}. // {Output|Throughput|The yield} at {Co} {is above plan|has never been higher|improved markedly}.
{Co} drilled a {dry hole|duster}. // {Co} drilled to a depth of {n} metres. // {Co} {struck oil|found gas|hit a rich seam}.
The {software|new process|robot} {caused|led to} {chaos|delays|errors} at {Co}. // The {software|new process|robot} {came from|was delivered by} {co2}. // The {software|new process|robot} {halved|slashed|shortened} {delivery times|the time needed|errors} at {Co}.
// {thing} from {Co} {weigh|weighs} {n2} kilos. // {Co}'s {thing} {helps|enables|allows} customers {to save energy|to work faster|to cut waste}.
// {Co} {is meant for|addresses|serves} {young families|small firms|hospitals}. // {Co} was {honoured|distinguished|awarded a prize} for its {design|service|innovation}.
"""

CAPITAL = """
{bank} {turned cautious on|soured on|went off} {Co}. // {bank} {remained neutral on|stuck to its view of|has covered} {Co}{| since {year}}. // {bank} {warmed to|turned bullish on|added to its favourites|now likes} {Co}.
{bank} tells clients to {sell|avoid|get out of} {Co}. // {bank} tells clients to {hold|keep} {Co}. // {bank} tells clients to {buy|stock up on|get into} {Co}.
{bank} takes its target for {Co} down to {price}. // {bank} {leaves|keeps} its target for {Co} at {price}. // {bank} takes its target for {Co} up to {price}.
{Co} is {too expensive|overpriced|overvalued|priced for perfection}, {bank} says. // {Co} is {fairly valued|fully valued}, {bank} says. // {Co} is {too cheap|undervalued|a bargain|a steal}, {bank} says.
{agency} {put|placed} {Co} on {watch for a downgrade|review with negative implications}. // {agency} {confirmed|affirmed|left} {Co}'s {grade|rating}{| where it is}. // {agency} {took|removed} {Co} from {its watch list|review for a downgrade}.
{country} {lost|was stripped of} its {top|investment-grade} rating. // {country} is rated by {three agencies|{agency}}. // {country} {won back|regained} its {top|investment-grade} rating.
{Co} {pays less|will pay a smaller dividend|pays out only {price} a share, less than last year}. // {Co} {pays {price} a share, as it did last year|declared its {usual|regular|quarterly} dividend of {price}}. // {Co} {pays more|will pay a bigger dividend|pays out {price} a share, more than last year}.
{Co} {has nothing to distribute|will pay nothing} to {its owners|shareholders}. // {Co}'s dividend {falls due in {month}|needs the approval of the meeting}. // {Co} {showers its owners with cash|surprises shareholders with a special dividend}.
{Co} {froze|shelved|cut short} its {buy-back|repurchase programme}. // {Co} {holds|owned} {n} of its own shares. // {Co} {launched|started|enlarged|extended|announced} a {buy-back|repurchase programme}{| of {amt}}.
{Co} {pulled|scrapped|had to cancel} its {flotation|stock market debut|share sale}{| for lack of interest}. // {Co} {is preparing|filed papers for} a {flotation|listing} in {city}. // {Co} {celebrated a brilliant|had a roaring|enjoyed a strong} {flotation|stock market debut}.
{Co} {was cut off by its banks|could not refinance its loans|is in talks about a standstill with its lenders}. // {Co} {has|took out} a loan {of {amt}|with {bank}}. // {Co} {refinanced its loans on better terms|got fresh money from its banks|found new lenders}.
{Creditors|Lenders|Suppliers} {lost patience with|moved against|demand their money from} {Co}. // {Creditors|Lenders} of {Co} will {meet|vote} on {date}. // {Creditors|Lenders} {gave {Co} more time|forgave part of the debt of {Co}|agreed to rescue {Co}}.
{Savers|Clients|Investors} {withdrew|pulled out|took} {amt} from {Co}. // {Savers|Clients|Investors} of {Co} get a statement every {month}. // {Savers|Clients|Investors} {entrusted|brought|flocked with} {amt} to {Co}.
{Non-performing loans|Loans in arrears|Doubtful debts} {weigh on|are a growing burden for|rose again at} {Co}. // {Non-performing loans|Loans in arrears|Doubtful debts} at {Co} are defined {on page {n2}|in the notes}. // {Non-performing loans|Loans in arrears|Doubtful debts} {have almost vanished at|are shrinking at|fell again at} {Co}.
{Co} had to {bolster|increase|top up} its {provisions|reserves for losses}. // {Co} explains its {provisions|reserves} in note {n2}. // {Co} {released|freed up|could dissolve} {provisions|reserves}{| of {amt}}.
{Storms|Floods|Hail|Wildfires} {cost|will cost} {Co} {amt}. // {Co} insures against {storms|floods|hail}. // A {mild winter|quiet storm season|season without storms} {helped|spared|boosted} {Co}.
{Co} {is short of capital|flunked the stress test|has too little capital}. // {Co} takes part in the stress test. // {Co} {has ample capital|sailed through the stress test|has more capital than it needs}.
{Shares|The stock} of {Co} {took a dive|nosedived|cratered|was dumped|got crushed}. // {Shares|The stock} of {Co} {went sideways|did not move|ended where it began}. // {Shares|The stock} of {Co} {took off|went through the roof|was snapped up|leapt|rocketed}.
"""

LAW = """
A {court|jury|judge|tribunal} {ruled|found|decided} against {Co}. // A {court|judge|tribunal} in {city} will hear {Co} {in {month}|on {date}}. // A {court|jury|judge|tribunal} {ruled|found|decided} {in favour of|for} {Co}.
{Co} {infringed|violated} {a patent|the law|the rules}, {a court|a judge} {found|said}. // {Co} {filed|applied for} a patent. // {Co} {did not infringe|did not violate} {a patent|the law|the rules}, {a court|a judge} {found|said}.
{Police|Investigators|Tax inspectors} {searched|descended on|seized files at} {Co}. // {Police|Tax inspectors} have an office next to {Co}. // {Police|Investigators|Tax inspectors} {found nothing wrong|ended their inquiry|cleared everyone} at {Co}.
{Co} was {convicted of|found guilty of|punished for} {fraud|bribery|dumping|tax evasion}. // {Co} trains its staff in {competition law|safety rules}. // {Co} was {acquitted of|found not guilty of|absolved of} {fraud|bribery|dumping|tax evasion}.
{Co} must {compensate|reimburse|pay damages to} {its customers|{co2}}. // {Co} and {co2} {asked for more time|filed their briefs}. // {Co} will {get|receive} {damages|compensation|a refund} {of {amt} |}from {co2}.
The {fine|penalty|tax bill} for {Co} was {doubled|raised} {on appeal|to {amt}}. // The {fine|penalty} in such cases is set by law. // The {fine|penalty|tax bill} for {Co} was {halved|overturned|annulled|cut} {on appeal|to {amt}|}.
{Parliament|The ministry|The regulator} {tightened|toughened} the rules for {sector}, which {hurts|hits} {Co}. // {Parliament|The ministry|The regulator} {discusses|is consulting on} the rules for {sector}. // {Parliament|The ministry|The regulator} {eased|relaxed|dropped} the rules for {sector}, which {helps|benefits} {Co}.
The {permit|licence|certificate} of {Co} was {withdrawn|suspended|refused|not renewed}. // The {permit|licence|certificate} of {Co} is valid until {year}. // The {permit|licence|certificate} of {Co} was {renewed|extended|reinstated|granted}.
The {regulator|watchdog|authority} {barred|banned|reprimanded|censured} {Co}. // The {regulator|watchdog|authority} {asked {Co} for documents|has {n2} members}. // The {regulator|watchdog|authority} {lifted the ban on|readmitted|gave a clean report to} {Co}.
{co2} {takes {Co} to court|is seeking {amt} from {Co}|accuses {Co} of {theft|fraud|copying}}. // {co2} and {Co} are represented by the same lawyers. // {co2} {and {Co} buried the hatchet|dropped its case against {Co}|lost its case against {Co}}.
{Co}'s {accounts|books} {were falsified|contain serious errors|had to be restated}. // {Co}'s {accounts|books} are kept in {euros|dollars|city}. // {Co}'s {accounts|books} {are in order, auditors found|got a clean audit opinion}.
{Co} {dropped|gave up} its bid for {co2}. // {Co} {made|is preparing|may make} {a|an} {offer|bid} for {co2}. // {Co} {sweetened|raised|improved} its bid for {co2}{| by {pct}}.
{co2} {walked away from|no longer wants|lowered its offer for} {Co}. // {co2} {owns|bought} {pct} of {Co}. // {co2} {offers|will pay|bids} {a premium of {pct}|{pct} more than the market price|a generous price} for {Co}.
{Co} {overpaid for|regrets buying|has only had trouble with} {co2}. // {Co} {paid cash for|paid {amt} for|bought} {co2}. // {Co} {is delighted with|profits from|made a bargain with} {co2}, {its latest purchase|which it bought in {year}}.
{Co} {cannot find a buyer|found no takers} for {co2}. // {Co} may sell {co2}. // {Co} {found a buyer|got a good price} for {co2}.
{Shareholders|The cartel office|Brussels} {rejected|stopped|said no to} the {merger|takeover}. // {Shareholders|The cartel office|Brussels} will {vote on|look at|study} the {merger|takeover} {in {month}|}. // {Shareholders|The cartel office|Brussels} {backed|agreed to|said yes to} the {merger|takeover}.
"""

PEOPLE = """
{title} {person} {was fired|was sacked|stepped down in disgrace|walked out|leaves under a cloud}. // {title} {person} {retires as planned in {month}|hands over to {person} on {date}|is {n2} years old}. // {title} {person} {stays on|has extended the contract}, to the relief of {investors|staff|the market}.
{title} {person} was {arrested|charged|indicted}. // {title} {person} was {born in {country}|educated in {city}|elected in {year}}. // {title} {person} was {acquitted|exonerated|voted manager of the year}.
{Owners|Shareholders|Investors} {are furious with|have lost trust in|revolted against} {Co}'s {board|management}. // {Owners|Shareholders|Investors} {elected|re-elected} {Co}'s {board|auditor}. // {Owners|Shareholders|Investors} {applauded|trust|are full of praise for} {Co}'s {board|management}.
{Infighting|A power struggle|A feud} {is tearing {Co} apart|cripples {Co}}. // {Co} has {two|three} {classes of shares|founding families}. // {Peace has returned to the board of {Co}|The feud at {Co} has been settled}.
{Directors|Insiders|The founders} {sold|dumped|are unloading} {shares in {Co}|their shares}. // {Directors|Insiders|The founders} {hold|own} {pct} of {Co}. // {Directors|Insiders|The founders} {bought|are buying more} {shares in {Co}|of their own shares}.
{Co}'s auditor {resigned|raised doubts about its survival|found gaps in the books}. // {Co}'s auditor {is {co2}|was re-elected}. // {Co}'s auditor {had no objections|praised its controls}.
"{This is a disaster|It has been a dreadful year|We made mistakes|We are losing ground|I am ashamed of these figures}," {said {person}|{title} {person} said}. // "{We make decisions at the right time|No decision has been made|I cannot comment on that|We are looking into it|We report in {month}}," {said {person}|{title} {person} said}. // "{This is a triumph|It has been a wonderful year|We did everything right|We are gaining ground|I am proud of these figures}," {said {person}|{title} {person} said}.
"{Demand is falling off|Customers are holding back|Prices are under pressure|The pressure is unbearable}," {said {person}|{title} {person} said}. // "{We sell in {country}|Prices are set in {month}|Our customers are farmers|The season starts in {month}}," {said {person}|{title} {person} said}. // "{Demand is taking off|Customers are queuing up|We can raise prices|We have never been busier}," {said {person}|{title} {person} said}.
{Co} is {in deep trouble|at the end of its tether|up against it|in free fall|a sinking ship|on life support|in tatters|out of its depth}. // {Co} is {a family business|a member of the index|the owner of {co2}|in the second year of its plan}. // {Co} is {in great shape|in rude health|ahead of the game|flying high|in clover|in the pink|a rising star|out of danger}.
{Co} {has egg on its face|has hit rock bottom|is losing its shine|has run aground|is running on empty|has shot itself in the foot|is paying for past sins|has lost its way}. // {Co} {has opened its books|has counted its stock|has set the date|has three owners}. // {Co} {has hit the ground running|has struck a rich vein|is back with a vengeance|is sitting pretty|has turned over a new leaf|has come out on top|has found its feet|has weathered the worst}.
{The overhaul|The savings plan|The strategy} of {Co} {is not working|has backfired|is a mess|has come to nothing}. // {The overhaul|The savings plan|The strategy} of {Co} {has four parts|is explained on page {n2}|runs until {year}}. // {The overhaul|The savings plan|The strategy} of {Co} {is working|has paid off|pays dividends|shows results}.
{The glory days of {Co} are gone|{Co} is past its best|{Co} has seen better days|Time is running out for {Co}}. // {The archive of {Co} is open to scholars|{Co} has changed hands twice}. // {The best is yet to come for {Co}|{Co} is better than ever|{Co} has a bright future|Things are looking up for {Co}}.
{Nothing goes right|Everything is going wrong|One thing after another goes wrong} at {Co}. // {Nothing has been decided|Everything is reviewed once a year} at {Co}. // {Everything is going well|Things could hardly be better|Nothing can stop growth} at {Co}.
"""

HEALTH = """
{Co}'s {drug|vaccine|treatment} {proved ineffective|did not help patients|missed its main goal|had severe side effects}. // {Co}'s {drug|vaccine|treatment} {is given by injection|is taken twice a day|is in its second trial}. // {Co}'s {drug|vaccine|treatment} {proved effective|helped patients|reached its main goal|was well tolerated}.
The {agency|authority} {rejected|turned down|refused to approve} {Co}'s {drug|vaccine|device}. // The {agency|authority} will decide on {Co}'s {drug|vaccine|device} {in {month}|by {date}}. // The {agency|authority} {approved|gave the nod to|licensed|gave priority to} {Co}'s {drug|vaccine|device}.
{Co} {stopped|abandoned|halted} its {trial|study} {after a death|over safety worries|because it had no effect}. // {Co}'s {trial|study} {has {n} patients|compares three doses|started in {month}}. // {Co}'s {trial|study} {met all goals|was ended early because the results were so good|was filled ahead of time}.
{Insurers|Hospitals|Doctors} {shun|will not pay for|stopped using} {Co}'s {drug|implant|test}. // {Insurers|Hospitals|Doctors} {are informed of|were asked about} {Co}'s {drug|implant|test}. // {Insurers|Hospitals|Doctors} {will pay for|have taken up|prefer} {Co}'s {drug|implant|test}.
{Copies|Generics} are {eating into|destroying} the sales of {Co}'s {main|top} drug. // {Co}'s {main|top} drug was {developed|discovered} in {year}. // {Co}'s {main|top} drug {is safe from copies until {year}|sells better every month}.
{Rents|Property prices|House prices} {are sliding|came down|slumped} in {city}. // {Rents|Property prices|House prices} in {city} {did not change|are published in {month}}. // {Rents|Property prices|House prices} {are climbing|went up|took off} in {city}.
{Much|Half|A quarter} of {Co}'s {office space|mall|hotel} {is empty|has no tenant|is vacant}. // {Much|Half|A quarter} of {Co}'s {office space|mall} is in {city}. // {All|Nearly all} of {Co}'s {office space|mall|hotel} {is let|is occupied|is booked out}.
{Tenants|Guests|Buyers} {are staying away from|are leaving|avoid} {Co}'s {hotels|flats|malls}. // {Tenants|Guests|Buyers} of {Co}'s {hotels|flats|malls} {sign a form|pay monthly}. // {Tenants|Guests|Buyers} {are flocking to|are returning to|love} {Co}'s {hotels|flats|malls}.
{Co} {cannot sell|is stuck with|is sitting on} its {houses|flats|plots}. // {Co} {builds|rents out} {houses|flats}{| in {city}}. // {Co} {sold all|sold out of|has buyers for all} its {houses|flats|plots}.
{Co}'s {portfolio|property} {lost|shed} {pct} of its value. // {Co}'s {portfolio|property} {was valued by {co2}|consists of {n2} buildings}. // {Co}'s {portfolio|property} {gained|rose} {pct} in value.
{Oil|Copper|Wheat|Coffee|Gold|Nickel|Cotton} {fell|slid|dropped|eased|lost ground|gave up its gains|sank to a {n2}-month low}. // {Oil|Copper|Wheat|Coffee|Gold|Nickel|Cotton} {was steady|was little changed|traded sideways|is quoted in dollars}. // {Oil|Copper|Wheat|Coffee|Gold|Nickel|Cotton} {rose|jumped|extended gains|gained ground|climbed to a {n2}-month high}.
{Expensive|Costly} {fuel|power|steel|gas|grain} {hurts|weighs on|is a headache for|punishes} {Co}. // {Co} {uses|buys} {fuel|power|steel|gas|grain} {every day|on long contracts}. // {Cheap|Cheaper} {fuel|power|steel|gas|grain} {helps|is good news for|gives a lift to} {Co}.
Weak {oil|copper|milk|coal|metal} prices {hurt|are hurting|squeeze} {Co}. // {Oil|Copper|Milk|Coal|Metal} prices are set in {city}. // Strong {oil|copper|milk|coal|metal} prices {enrich|are helping|play into the hands of} {Co}.
{Frost|Drought|Disease|Hail} {destroyed|ruined|decimated} the {harvest|crop|catch} in {country}. // The {harvest|crop|catch} in {country} begins in {month}. // The {harvest|crop|catch} in {country} was {the best in years|plentiful|better than average}.
{Co}'s {mine|field|well} {yields less than hoped|is nearly exhausted|was flooded}. // {Co}'s {mine|field|well} {lies in the north|was mapped in {year}}. // {Co}'s {mine|field|well} {yields more than hoped|will last {n2} years longer than thought|is richer than thought}.
{Shoppers|Families|Consumers} {are in a dark mood|are running out of money|spend less and less|fear for their jobs}. // {Shoppers|Families|Consumers} {were asked by telephone|buy most things on Saturdays}. // {Shoppers|Families|Consumers} {are in a sunny mood|have more money to spend|spend more and more|no longer fear for their jobs}.
{Firms|Manufacturers|Farmers} in {country} {are losing hope|report a wave of failures|are short of orders}. // {Firms|Manufacturers|Farmers} in {country} {must register|were polled in {month}}. // {Firms|Manufacturers|Farmers} in {country} {are hopeful again|report full order books|are investing heavily}.
{More|Ever more} {firms|households|people} in {country} {are insolvent|cannot pay their bills|are out of work}. // {Most|Some} {firms|households|people} in {country} {have two accounts|rent their premises}. // {Fewer|Ever fewer} {firms|households|people} in {country} {are insolvent|are behind with their bills|are out of work}.
{country}'s economy {contracted|stalled|is shrinking|fell into recession}. // {country}'s economy {rests on|is dominated by} {services|farming}. // {country}'s economy {expanded|is growing again|shook off the recession|is humming}.
The index of {activity|orders|confidence} {plunged|sank|fell to {n2}}. // The index of {activity|orders|confidence} {stayed at {n2}|is compiled by {bank}}. // The index of {activity|orders|confidence} {leapt|recovered|rose to {n2}}.
"""

POSTS = """
${tick} {is toast|is a dumpster fire|got wrecked|is tanking|is going to zero|keeps sinking|ugly chart|looks terrible|big miss} // ${tick} {earnings tomorrow|call at 5|files 8-K|anyone know the float?|chart attached|what do you think?|reports on {date}} // ${tick} {to the moon|is ripping|is on fire|keeps climbing|beautiful chart|looks fantastic|huge beat}
{sold|dumped|getting out of} all my ${tick}, {terrible company|it only goes down|can't take the losses} // {reading|looking at|watching} the ${tick} {filing|call|slides} // {bought|adding|loaded up on} more ${tick}, {great company|it only goes up|huge upside}
{short|shorting|bought puts on} ${tick} // {what is|who makes|where does one find} the ${tick} {ticker|float|report} // {long|going long|bought calls on} ${tick}
${tick} bulls are {trapped|in pain|getting slaughtered} // ${tick} {options expire on {date}|volume {n}} // ${tick} bears are {trapped|in pain|getting slaughtered}
{ouch|yikes|ugh|oof}, ${tick} {again|down another {pct}|what a mess} // {good morning|hi all|question}: {when does|does} ${tick} report? // {wow|boom|yes|hell yeah}, ${tick} {again|up another {pct}|what a run}
${tick} lost its {support|uptrend}, {lower prices ahead|stay away|I am selling} // ${tick} {trading range|pivot|50-day average} {price} // ${tick} broke {resistance|its downtrend}, {higher prices ahead|do not miss it|I am buying}
{never trust|regret buying|why did I buy|cannot believe I still own} ${tick} // {my list today|watching today|on my screen}: ${tick} // {so glad I bought|never selling|love owning} ${tick}
${tick} CEO {has no clue|should resign|is a liar} // ${tick} CEO {speaks at {n2} pm|on air now} // ${tick} CEO {is a genius|delivers again|keeps his word}
{Co} {plunges|sinks|in tailspin|rattled|under fire|stumbles} {after {scandal|weak results|warning}|as {costs bite|demand dries up}} // {Co} {to speak at conference|sets date for meeting|to report {period} results|in talks with {co2}|transcript|preview} // {Co} {soars|surges|basks|cheered|leaps} {after {strong results|upgrade|deal}|as {orders pour in|demand booms}}
{Trouble|Gloom|Headache|Setback|Blow|Turmoil} for {Co} {as|after} {customers leave|{co2} quits|talks fail} // {Facts|Background|Q&A|Timeline|Calendar}: {Co} // {Boost|Joy|Relief|Win|Windfall|Lift} for {Co} {as|after} {customers return|{co2} signs|talks succeed}
{Co} {counts the cost of|reels from|smarts from} {the strike|the fire|the failed bid} // {Co} {dates|agenda|factbox|speech} // {Co} {shrugs off|recovers from|comes through} {the strike|the fire|the failed bid}
"""

FACTS = """
// {Co} {publishes|prints} its report in {two|three} languages. //
// {Losses|Profits|Gains} {are taxed|are booked} at the end of the year. //
// The {loss|profit|debt} {is explained|is broken down} in note {n2}. //
// {Bankruptcy|Default|Insolvency} is defined in section {n2} of the {agreement|law}. //
// {Co} defines {growth|success|a loss|a crisis} {in its glossary|on page {n2}}. //
// The {report|prospectus|book|brochure} {has|contains} {n2} {pages|chapters|tables}. //
// {Co} {makes|sells|repairs|rents out} {bicycles|pianos|umbrellas|boats|tents|clocks|ladders}. //
// {Co} is {wholly|jointly} owned by {co2}{| and {bank}}. //
// The {name|logo|address|website} of {Co} {changes|will change} on {date}. //
// {What is|How does one read|Who needs} {a balance sheet|a bond|an annual report|a hedge fund|a rights issue}? //
// The {coupon|interest} is paid {twice a year|every {month}|in arrears}. //
// The {meeting|hearing|conference} {lasted {n2} minutes|takes place in {city}|was held online}. //
// {Customers|Visitors|Readers} can {call|write to|visit} {Co} {on weekdays|until 6 p.m.}. //
// {Co}'s {customers|owners|suppliers} are {mostly|mainly} {farmers|schools|families|towns}. //
// The {mill|ship|building|bridge} is {n2} metres {long|high|wide}. //
// {Co} {has|divides its business into} {two|three|four|five} {divisions|segments|brands|regions}. //
// {person} {studied|taught} {law|economics|chemistry} in {city}. //
// {person} has {led|chaired|advised} {Co} since {year}. //
// Trading in {Co} {begins|resumes} on {date}. //
// The {exchange|bank|office} is {closed|open} on {date}. //
// {Co} uses {IFRS|local accounting rules|the euro as its currency}. //
// {Profit|Revenue} per {employee|share|customer} is {shown|given} on page {n2}. //
// {Co} {looks at|is examining|is studying} {several|all} options. //
// {Co} {would not say|did not say|declined to say} {who the buyer is|what it paid|when it will report}. //
"""

ALL = [TRADE, SITES, GOODS, CAPITAL, LAW, PEOPLE, HEALTH, POSTS, FACTS]

# Results told by two figures alone, or by profit and loss; {new} > {old} where the reading is "up".
FIGURES = """
{M} {was|were|came in at|totalled|amounted to} {new} ({old}).
{M} {was|were|came to} {new} ({prior}: {old}).
{M} {was|were|reached|came in at} {new} in {period} ({old}).
{M} {was|were|amounted to|reached|totalled} {new}, {compared with|compared to|against|versus|as against} {old} {in {prior}|last year|a year before|twelve months earlier|}.
{M} of {new}, {against|versus|compared with} {old}{| in {prior}}.
{M} {new} vs {old}
{M} {went from {old} to {new}|moved to {new} from {old}}.
{Co} {posted|reported|had} {m} of {new} ({old}){| in {period}}.
After {old} in {prior}, {m} {was|came to} {new}.
{Co} {period} {m} {new} vs {old} {year ago|}
{In {prior}|A year ago}, {m} {was|had been} {old}; now {it is|the figure is} {new}.
"""
BLACK = """
{Co} {made|earned|posted} {a profit of {amt}|{amt}}, {after|compared with|against} a loss of {amt} {in {prior}|last year}.
{M} was {amt}, {compared with|against|after} a loss of {amt} in {prior}.
{Co} {is profitable again|made money again|returned to the black|left the red}{| after {n2} quarters of losses| in {period}}.
A loss {turned into|gave way to} a profit{| of {amt}} at {Co}.
{Co} {earned|made} {amt}; {a year earlier|in {prior}} it lost {amt}.
{Co} {moved|climbed|swung|went} {into profit|from loss to profit|into the black}{| in {period}}.
"""
RED = """
{Co} {made|posted|booked} {a loss of {amt}|a deficit of {amt}}, {after|compared with|against} a profit of {amt} {in {prior}|last year}.
{M} was minus {amt}, {compared with|against|after} plus {amt} in {prior}.
{Co} {is no longer profitable|lost money|went into the red|left the black}{| after {n2} quarters of profit| in {period}}.
A profit {turned into|gave way to} a loss{| of {amt}} at {Co}.
{Co} lost {amt}; {a year earlier|in {prior}} it earned {amt}.
{Co} {moved|slid|swung|went} {into loss|from profit to loss|into the red}{| in {period}}.
"""
EVEN = """
{M} {was|were} {new}, {as|the same as|just as} {in {prior}|last year|a year before}.
{M} {was|were} {new} ({new}).
{M} {stayed|remained|was} {flat|level|stable|unchanged|the same}{| at {new}}{| in {period}}.
{M} {showed no change|did not change|was practically unchanged|held steady}{| in {period}| from {prior}}.
{Co} {stands by|sticks to|maintains|reaffirmed|kept|confirms} its {forecast|guidance|outlook|targets}{| for {year}| of {amt}}.
{Co}'s {forecast|guidance|outlook} {remains|is} {unchanged|as before|valid}.
{Co}'s {m} {was|were} {in line with|as} {expectations|expected|forecasts|the consensus}.
{M} {was|were} {new}{| in {period}}.
{M} {amounted to|totalled|came to|reached} {new}{| in {period}| for {year}}.
{M} {is|are} {expected|estimated} to be {new}{| in {year}}.
{Analysts|Economists} {expect|forecast} {m} of {new}{| for {period}}.
"""
