# The first answer shows that it runs; then it waits for input.
fifo=$(mktemp -u) && mkfifo "$fifo"
sentiment-cli classify $FAKE <"$fifo" >"$fifo.out" &
pid=$!
exec 9>"$fifo"
echo 'some text' >&9
while ! [ -s "$fifo.out" ]; do sleep 0.01; done
kill -TERM $pid
wait $pid
code=$?
cat "$fifo.out"
rm "$fifo" "$fifo.out"
exit $code
