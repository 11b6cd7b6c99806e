# Figures are times, so they are cut.
sentiment-cli bench $FAKE --precision fp32 --workers 1,2 --batch 1,4 --seconds 1 | sed 's/  *[0-9.]*[0-9]\.[0-9].*/ …/; s/within.*/…/; s/call: [0-9]* .*/call …/; s/[0-9]* CPUs\?/N CPUs/; s/^\(Most\|Soonest\)\(.*\) --workers.*/\1\2/'
printf 'profit rose\nsales fell\n' | sentiment-cli bench $FAKE -p fp32 -w 1 -b 2 -s 1 -f json - | python3 -c '
import json, sys
found = json.loads(sys.stdin.read())
row, = found["results"]
print(found["texts"], row["precision"], row["workers"], row["batch"], row["texts"] == 2 * row["calls"], row["of_gemm"] > 0, row["p50_ms"] <= row["p90_ms"] <= row["p99_ms"], found["recommended"])'
sentiment-cli bench $FAKE -p fp32 -w 2 --threads 2 -b 1 -s 1 | sed -n 's/, 1 text a call.*//p'
sentiment-cli bench $FAKE -p fp64,fp32
sentiment-cli bench $FAKE </dev/null -
sentiment-cli bench $FAKE -b 0
sentiment-cli bench $FAKE -w 1,,2
sentiment-cli bench $FAKE no-such-file
sentiment-cli bench $FAKE -w 1025
