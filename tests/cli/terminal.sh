# A table in colour, cut to 80 columns, and a summary: what a terminal gets.
script -qec "sentiment-cli classify $FAKE ../../examples/headlines.txt" /dev/null |
    sed 's/\r//; s/in [0-9.]* s ([0-9]*\/s)/in N s (N\/s)/' | sed -n '1,3p; $p'
# Results that go elsewhere leave the terminal to a bar.
script -qec "sentiment-cli classify $FAKE ../../examples/headlines.txt >/dev/null" \
    /dev/null | sed 's/\r/\n/g; s/in [0-9.]* s ([0-9]*\/s)/in N s (N\/s)/' | tail -n 2
NO_COLOR=1 script -qec "echo hi | sentiment-cli classify $FAKE" /dev/null |
    sed 's/\r//' | sed -n '1,2p'
