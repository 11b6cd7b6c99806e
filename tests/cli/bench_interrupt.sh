# What a run that is cut has measured is shown, and not taken for all of it.
out=$(mktemp)
sentiment-cli bench $FAKE -p fp32 -w 1 -b 1,2,4,8 -s 1 >"$out" &
pid=$!
while ! grep -q ^fp32 "$out"; do sleep 0.01; done
kill -INT $pid
wait $pid
echo $?
grep -c ^fp32 "$out"
grep -c 'Most\|Soonest' "$out"
rm "$out"
